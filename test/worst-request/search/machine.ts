/**
 * Milliseconds of CPU time that the work below takes on the machine for which the bounds are stated: the least of 330 runs on a core of an AMD
 * EPYC with Node.js 20.
 */
export const REFERENCE_MS = 12;

const WARM_UPS = 10;
const RUNS = 15;
const ROWS = 10_000;

/** How many times as long as the reference this machine takes for a fixed piece of work: the median of several runs, never below 1. */
export function measureSlowness(): number {
  for (let run = 0; run < WARM_UPS; run += 1) work();
  const times = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  const [median = REFERENCE_MS] = times.toSorted((one, other) => one - other).slice(Math.floor(RUNS / 2));
  return Math.max(1, median / REFERENCE_MS);
}

/** What the server does most: JSON, objects, maps and sorting. */
function work(): number {
  const rows = Array.from({ length: ROWS }, (_, at) => ({
    imei: `35${String((at * 7_919) % 1_000_003).padStart(13, '0')}`,
    bytesTransferred: (at * 104_729) % 65_521,
  }));
  const read = JSON.parse(JSON.stringify(rows)) as typeof rows;
  const byImei = new Map(read.map((row) => [row.imei, row]));
  const sorted = [...byImei.values()].sort((one, other) => other.bytesTransferred - one.bytesTransferred);
  return sorted.length;
}
