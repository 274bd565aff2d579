import { change, param } from '../../state/location.ts';
import { cycleStartDay, includedBytes } from '../../state/scope.ts';

/** When the cycle begins, and how much it includes: both are in the address, so that a link has them. */
export function CycleForm() {
  const isWrong = param('allowance') !== null && includedBytes.value === null;
  return (
    <form class="controls" onSubmit={(event) => event.preventDefault()}>
      <label>
        <span>The cycle begins on day</span>
        <input
          type="number"
          min={1}
          max={31}
          value={cycleStartDay.value}
          onChange={(event) => change({ start: event.currentTarget.value })}
        />
      </label>
      <label>
        <span>Allowance of all devices, in GB</span>
        <input
          type="number"
          min={0}
          step="any"
          placeholder="from the plans"
          value={param('allowance') ?? ''}
          aria-invalid={isWrong}
          onChange={(event) => change({ allowance: event.currentTarget.value })}
        />
      </label>
      {isWrong && <p class="fault">The allowance has to be a number of GB above 0.</p>}
    </form>
  );
}
