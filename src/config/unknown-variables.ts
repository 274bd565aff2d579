/** Only this server has variables that begin with these. */
const PREFIXES = [
  'THINGSPACE_',
  'AUTH_',
  'UPSTREAM_',
  'CALLBACK_',
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

/**
 * Finds variables that are probably misspelt: those with a prefix of this server that it does not know, and those that differ by a letter or
 * two from a known name of eight letters or more. Returns a line for each, without its value.
 */
export function findUnknown(variables: readonly string[], known: ReadonlySet<string>): string[] {
  return variables.flatMap((name) => {
    if (known.has(name)) return [];
    const nearest = findNearest(name, known);
    if (nearest !== null && nearest.distance <= toTolerance(nearest.name))
      return [`${name}: There is no such setting. Did you mean ${nearest.name}? Correct the name, or unset it.`];
    const prefix = PREFIXES.find((each) => name.startsWith(each));
    if (prefix === undefined) return [];
    const advice = nearest === null ? '' : ` The nearest is ${nearest.name}.`;
    return [`${name}: There is no such setting, and ${prefix} begins only settings of this server.${advice} Unset it.`];
  });
}

function toTolerance({ length }: string): number {
  if (length < MIN_LENGTH) return 0;
  return length < LONG ? 1 : 2;
}

interface Nearest {
  readonly name: string;
  readonly distance: number;
}

function findNearest(variable: string, known: ReadonlySet<string>): Nearest | null {
  // Names that are much longer are of others, and would take long to compare.
  const sent = variable.slice(0, 100).toUpperCase();
  let nearest: Nearest | null = null;
  for (const name of known) {
    const distance = countEdits(sent, name);
    if (nearest === null || distance < nearest.distance) nearest = { name, distance };
  }
  return nearest;
}

/** The least number of letters to insert, remove, replace or swap with the next one that makes one text of the other. */
function countEdits(one: string, other: string): number {
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
