import { plural } from '../../format/numbers.ts';
import type { OperatorQuery } from '../../graphql/graphql.ts';

export type ServerStatus = NonNullable<OperatorQuery['serverStatus']>;

/** `look`: works, but somebody should look. `unknown`: nobody has looked yet. */
export type CheckState = 'good' | 'look' | 'bad' | 'unknown';

/** One thing that works, or does not. */
export interface Check {
  readonly id: string;
  readonly name: string;
  readonly state: CheckState;
  /** What is so, and what to do. */
  readonly text: string;
}

/** What an operator wants to know first. Pure: the state of the server in, sentences out. */
export function toChecks(status: ServerStatus): Check[] {
  return [
    checkBreaker(status),
    checkSignIn(status),
    checkListener(status),
    checkStore(status),
    checkPace(status),
    checkCallbacks(status),
  ];
}

function checkBreaker({ breaker }: ServerStatus): Check {
  const check = { id: 'breaker', name: 'Circuit breaker' };
  if (breaker.isOpen)
    return {
      ...check,
      state: 'bad',
      text: 'Open: calls to ThingSpace are held, because those of several accounts fail.',
    };
  if (breaker.openAccounts > 0) {
    return { ...check, state: 'look', text: `Open for ${plural(breaker.openAccounts, 'account')}, whose calls fail.` };
  }
  return { ...check, state: 'good', text: 'Closed: calls go to ThingSpace.' };
}

function checkSignIn({ signIn }: ServerStatus): Check {
  const check = { id: 'sign-in', name: 'Sign-in' };
  if (signIn === null) return { ...check, state: 'good', text: 'Callers send their own tokens.' };
  const { isWorking, strikesLeft } = signIn;
  if (strikesLeft === null)
    return { ...check, state: 'look', text: 'The logins so far are not known, because the database does not answer.' };
  if (strikesLeft === 0) {
    return {
      ...check,
      state: 'bad',
      text: 'Blocked, so that ThingSpace does not lock the user. Correct the password and restart.',
    };
  }
  const left = `${plural(strikesLeft, 'login')} may still fail before it is blocked.`;
  if (!isWorking) return { ...check, state: 'look', text: `The last login failed. ${left}` };
  return { ...check, state: strikesLeft === 1 ? 'look' : 'good', text: `Works. ${left}` };
}

function checkListener({ hasListener }: ServerStatus): Check {
  const check = { id: 'listener', name: 'Callback listener' };
  if (hasListener === null)
    return { ...check, state: 'unknown', text: 'Nobody has looked yet whether results reach this server.' };
  return hasListener
    ? { ...check, state: 'good', text: 'ThingSpace posts results to this server.' }
    : {
        ...check,
        state: 'bad',
        text: 'Another address is registered, so results do not arrive here. Register this server again.',
      };
}

function checkStore({ store }: ServerStatus): Check {
  const check = { id: 'store', name: store.kind === 'SQLITE' ? 'Database, SQLite' : 'Database, PostgreSQL' };
  if (!store.isAvailable) return { ...check, state: 'bad', text: 'It did not answer within a second.' };
  return store.isSpooling
    ? { ...check, state: 'look', text: 'It answers. Callback messages wait on the disk until it has stored them.' }
    : { ...check, state: 'good', text: 'It answers, and stores messages at once.' };
}

function checkPace({ pace }: ServerStatus): Check {
  const check = { id: 'pace', name: 'Pace of calls' };
  const limit =
    pace.callsPerSecond === null
      ? 'No limit of its own.'
      : `At most ${plural(pace.callsPerSecond, 'call')} per second and account.`;
  return pace.pausedAccounts === 0
    ? { ...check, state: 'good', text: limit }
    : { ...check, state: 'look', text: `ThingSpace asked ${plural(pace.pausedAccounts, 'account')} to wait. ${limit}` };
}

function checkCallbacks({ callbacksToday: own, allServers }: ServerStatus): Check {
  const check = { id: 'callbacks', name: 'Callback messages today' };
  const { stored, spooled, rejected, withoutRoom, failed } = allServers?.callbacksToday ?? own;
  const arrived = `${plural(stored, 'message')} stored${spooled > 0 ? `, ${plural(spooled, 'message')} written to disk first` : ''}.`;
  const lost = failed + withoutRoom;
  if (lost > 0) return { ...check, state: 'bad', text: `${plural(lost, 'message')} could not be stored. ${arrived}` };
  if (rejected > 0) return { ...check, state: 'look', text: `${plural(rejected, 'request')} rejected. ${arrived}` };
  return { ...check, state: 'good', text: arrived };
}

/** The sentence that comes first. */
export function toVerdict(checks: readonly Check[]): {
  readonly level: 'fine' | 'close' | 'over';
  readonly text: string;
} {
  const bad = checks.filter(({ state }) => state === 'bad');
  const look = checks.filter(({ state }) => state === 'look');
  const names = [...bad, ...look].map(({ name }) => name).join(', ');
  if (bad.length > 0) return { level: 'over', text: `Not everything works: ${names}.` };
  if (look.length > 0) return { level: 'close', text: `It works, but look at this: ${names}.` };
  const unknown = checks.filter(({ state }) => state === 'unknown').map(({ name }) => name);
  return {
    level: 'fine',
    text:
      unknown.length > 0
        ? `Everything works, as far as is known. Not known: ${unknown.join(', ')}.`
        : 'Everything works.',
  };
}
