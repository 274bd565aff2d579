import { formatBytes, formatPercent } from '../../format/numbers.ts';
import { formatDay } from '../../format/times.ts';
import { includedBytes, today } from '../../state/scope.ts';
import { WARNING_SHARE, type Cycle } from './cycle-data.ts';

/** The answer to "will it fit?", in a sentence or two. */
export function Verdict({ cycle }: { readonly cycle: Cycle }) {
  const { billing, warnsOn } = cycle;
  const { projection, allowance, end, usage } = billing;
  const used = usage?.bytesTransferred ?? null;
  if (used === null) return null;
  if (allowance === null) {
    return (
      <p class="verdict">
        {formatBytes(used)} so far
        {projection !== null && (
          <>
            , and about <strong>{formatBytes(projection.expected)}</strong> expected by {formatDay(end)}
          </>
        )}
        .{includedBytes.value === null && ' Say how much your plan includes to see whether it will fit.'}
      </p>
    );
  }
  const share = allowance.projectedShare ?? allowance.usedShare;
  const level = share > 1 ? 'over' : share > WARNING_SHARE ? 'close' : 'fine';
  const isProjected = allowance.projectedShare !== null;
  return (
    <p class={`verdict ${level}`} data-verdict={level}>
      <strong>
        {isProjected
          ? `${formatPercent(share)} of the allowance is expected to be used by ${formatDay(end)}.`
          : `${formatPercent(share)} of the allowance is used.`}
      </strong>{' '}
      {warnsOn === null && share > WARNING_SHARE
        ? `${formatPercent(WARNING_SHARE)} will be passed before the cycle ends.`
        : describePassing(formatPercent(WARNING_SHARE), warnsOn, isProjected)}{' '}
      {allowance.exceedsOn !== null && describePassing('All of it', allowance.exceedsOn, isProjected)}
      {!isProjected && 'An estimate needs seven final days.'}
    </p>
  );
}

function describePassing(what: string, on: string | null, isProjected: boolean): string {
  if (on === null) return isProjected ? `It will not pass ${what}.` : `It has not passed ${what}.`;
  return on <= today.value ? `${what} was passed on ${formatDay(on)}.` : `${what} will be passed on ${formatDay(on)}.`;
}
