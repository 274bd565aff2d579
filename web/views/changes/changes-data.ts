import { run, type ApiError } from '../../api/client.ts';
import { toFailureOf } from '../../api/failure.ts';
import {
  ChangesDocument,
  ChangesPlanDocument,
  type ChangesQuery,
  type UsageChangesInput,
} from '../../graphql/graphql.ts';
import type { Plan } from '../../parts/priced.tsx';
import { account, range, zone } from '../../state/scope.ts';

export type Changes = NonNullable<ChangesQuery['usageChanges']>;
export type Outlier = NonNullable<Changes['outliers']>[number];

export interface LoadedChanges {
  readonly changes: Changes;
  readonly errors: readonly ApiError[];
}

function toInput(): UsageChangesInput {
  const { from, to } = range.value;
  return { ...account.value, allDevices: true, startDate: from, endDate: to, timeZone: zone.value };
}

/** Everything that the view depends on. */
export function toChangesKey(): string {
  return JSON.stringify(toInput());
}

export async function loadChangesPlan(signal: AbortSignal): Promise<Plan | null> {
  const { data } = await run(ChangesPlanDocument, { changes: toInput() }, signal);
  return data.usageChanges?.plan ?? null;
}

export async function loadChanges(signal: AbortSignal): Promise<LoadedChanges | null> {
  const { data, errors } = await run(ChangesDocument, { changes: toInput() }, signal);
  const { usageChanges: changes } = data;
  const failure = toFailureOf(errors);
  if ((changes === null || changes.outliers === null) && failure !== null) throw failure;
  return changes === null ? null : { changes, errors };
}

/** A step from the bytes before to the bytes now. */
export interface Step {
  readonly name: string;
  /** Where it begins and ends, in bytes. */
  readonly from: number;
  readonly to: number;
  /** What the bytes are multiplied by; null for the two totals. */
  readonly factor: number | null;
}

/** The way from the bytes before to the bytes now, factor by factor; null if there is none, because nothing was used before. */
export function toSteps({ previous, factors }: Changes): Step[] | null {
  const before = previous?.bytesTransferred ?? 0;
  if (factors === null || before === 0) return null;
  const { devices, sessionsPerDevice, bytesPerSession, total } = factors;
  if (devices === null || sessionsPerDevice === null || bytesPerSession === null || total === null) return null;
  const steps: Step[] = [{ name: 'Before', from: 0, to: before, factor: null }];
  let at = before;
  for (const [name, factor] of [
    ['Devices', devices],
    ['Sessions per device', sessionsPerDevice],
    ['Bytes per session', bytesPerSession],
  ] as const) {
    steps.push({ name, from: at, to: at * factor, factor });
    at *= factor;
  }
  return [...steps, { name: 'Now', from: 0, to: before * total, factor: null }];
}
