/** Only this server has variables that begin with these. */
const PREFIXES = [
  'THINGSPACE_',
  'AUTH_',
  'UPSTREAM_',
  'CALLBACK_',
  'FLEET_',
  'RECORD_',
  'SUBSCRIPTION_',
  'SHUTDOWN_',
  'CORS_',
  'APQ_',
  'TRUSTED_DOCUMENTS_',
];

/** A shorter name is near too many others. */
const MIN_LENGTH = 8;
/** From this length on, two typing errors are recognized. */
const LONG = 12;
const MAX_TOLERANCE = 2;

/**
 * Finds variables that are probably misspelt: those with a prefix of this server that it does not know, those that differ by a letter or two
 * from a known name of eight letters or more, and those of twelve letters or more that begin a known name. Returns a line for each, without its
 * value.
 */
export function findUnknown(variables: readonly string[], known: ReadonlySet<string>): string[] {
  return variables.flatMap((name) => {
    if (known.has(name)) return [];
    const prefix = PREFIXES.find((each) => name.startsWith(each));
    // Most variables are of others. Comparing them with every name to the end would take a good part of a start.
    const nearest =
      prefix === undefined
        ? findNearest(name, known, MAX_TOLERANCE)
        : findNearest(
            name,
            [...known].filter((each) => each.startsWith(prefix)),
            Infinity,
          );
    const meant =
      nearest !== null && nearest.distance <= toTolerance(nearest.name) ? nearest.name : findLonger(name, known);
    if (meant !== null)
      return [`${name}: There is no such setting. Did you mean ${meant}? Correct the name, or unset it.`];
    if (prefix === undefined) return [];
    const advice = nearest === null ? '' : ` The nearest is ${nearest.name}.`;
    return [`${name}: There is no such setting, and ${prefix} begins only settings of this server.${advice} Unset it.`];
  });
}

function toTolerance({ length }: string): number {
  if (length < MIN_LENGTH) return 0;
  return length < LONG ? 1 : MAX_TOLERANCE;
}

/** Returns the shortest name that begins with the variable, if that is long enough to be meant: `RATE_LIMIT_PER_MIN`. */
function findLonger(variable: string, known: ReadonlySet<string>): string | null {
  if (variable.length < LONG) return null;
  const sent = variable.toUpperCase();
  const longer = [...known].filter((name) => name.startsWith(sent));
  return longer.sort((one, other) => one.length - other.length)[0] ?? null;
}

interface Nearest {
  readonly name: string;
  readonly distance: number;
}

/** Returns the nearest name that is at most `limit` edits away. */
function findNearest(variable: string, known: Iterable<string>, limit: number): Nearest | null {
  // Names that are much longer are of others, and would take long to compare.
  const sent = variable.slice(0, 100).toUpperCase();
  let nearest: Nearest | null = null;
  for (const name of known) {
    const distance = Math.abs(name.length - sent.length) > limit ? Infinity : countEdits(sent, name, limit);
    if (distance <= limit && distance < (nearest?.distance ?? Infinity)) nearest = { name, distance };
  }
  return nearest;
}

/**
 * The least number of letters to insert, remove, replace or swap with the next one that makes one text of the other; Infinity if it is more
 * than `limit`.
 */
function countEdits(one: string, other: string, limit: number): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const isEqual = one[row - 1] === other[at - 1];
      const isSwapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      next[at] = Math.min(
        (last[at] ?? 0) + 1,
        (next[at - 1] ?? 0) + 1,
        (last[at - 1] ?? 0) + (isEqual ? 0 : 1),
        isSwapped ? (before[at - 2] ?? 0) + 1 : Infinity,
      );
    }
    // No later row can have less than the least of two rows.
    if (Math.min(...next) > limit && Math.min(...last) > limit) return Infinity;
    [before, last] = [last, next];
  }
  return last[other.length] ?? 0;
}

/** A variable that Kubernetes sets for a Service, whatever it is called. */
const SERVICE_LINK = /^[A-Z0-9_]+_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_[A-Z]+)?)$/;
const SERVICE_PORT = /^[A-Z0-9_]+_PORT$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** Whether Kubernetes set the variable for a Service in the namespace, so that nobody meant it for this server. */
export function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (SERVICE_PORT.test(name) && SERVICE_ADDRESS.test(value));
}
