import { signOut, tokens } from '../api/tokens.ts';
import { change, param } from '../state/location.ts';
import { zone } from '../state/scope.ts';
import { switchTheme, theme } from '../state/theme.ts';

const READERS_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Account, time zone and theme: what all views share. */
export function ScopeBar() {
  const zones = [...new Set([zone.value, READERS_ZONE, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  return (
    <div class="scope-bar">
      <label>
        <span>Account</span>
        <input
          type="text"
          size={18}
          placeholder="the server’s own"
          value={param('account') ?? ''}
          onChange={(event) => change({ account: event.currentTarget.value.trim() })}
        />
      </label>
      <label>
        <span>Time zone</span>
        <select value={zone.value} onChange={(event) => change({ zone: event.currentTarget.value })}>
          {zones.map((name) => (
            <option value={name} key={name}>
              {name.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="theme" onClick={switchTheme}>
        Theme: {theme.value}
      </button>
      {tokens.value !== null && (
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      )}
    </div>
  );
}
