import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';

type Spec = Readonly<Record<string, unknown>>;

/** The codes that callers may get if the platform does not respond properly. */
const FAILING = ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'OPERATION_TIMEOUT', 'IDEMPOTENCY_UNCERTAIN'];
const SMALL_NUMBER_OF_LOGINS = (): number => 2;

interface PlatformFault extends Pick<Fault, 'name' | 'title' | 'maxRssGrowthMiB'> {
  readonly codes: readonly string[];
  /** The simulator's faults for report calls. */
  readonly specs: readonly Spec[];
}

const FAULTS: readonly PlatformFault[] = [
  {
    name: 'latency',
    title: 'half of the calls take 10 s',
    codes: FAILING,
    specs: [{ latencyMilliseconds: 10_000, probability: 0.5 }],
  },
  {
    name: 'resets',
    title: '5 % of the connections are reset, half after the call took effect',
    codes: FAILING,
    specs: [
      { reset: true, probability: 0.025 },
      { resetAfterEffect: true, probability: 0.025 },
    ],
  },
  {
    name: 'throttled',
    title: '70 % of the calls get 429, half with Retry-After: 1',
    codes: [...FAILING, 'UPSTREAM_RATE_LIMITED', 'INVALID_ACCESS', '900802'],
    specs: [
      { status: 429, headers: { 'Retry-After': '1' }, body: 'xml', probability: 0.35 },
      { status: 429, body: 'fault', probability: 0.54 },
    ],
  },
  {
    name: 'failures',
    title: '70 % of the calls get 500, 502, 503 or 504',
    codes: [...FAILING, 'INTERNAL_ERROR', '303001', '101504'],
    specs: [
      { status: 500, body: 'responseCode', probability: 0.25 },
      { status: 502, body: 'empty', probability: 0.25 },
      { status: 503, body: 'fault', probability: 0.3 },
      { status: 504, body: 'xml', probability: 0.3 },
    ],
  },
  {
    name: 'down',
    title: 'every call gets a 503 HTML page',
    codes: FAILING,
    specs: [{ status: 503, body: 'html' }],
  },
  {
    name: 'html',
    title: '70 % of the responses are HTML pages, half with status 200',
    codes: FAILING,
    specs: [
      { rawBody: '<html><body><h1>Maintenance</h1></body></html>', contentType: 'text/html', probability: 0.35 },
      { status: 502, body: 'html', probability: 0.54 },
    ],
  },
  {
    name: 'truncated',
    title: 'half of the responses are cut off in the middle',
    codes: FAILING,
    specs: [{ truncate: true, probability: 0.5 }],
  },
  {
    name: 'endless',
    title: '10 % of the responses never end, at full speed',
    codes: FAILING,
    specs: [{ endless: true, probability: 0.1 }],
    // Several responses of up to UPSTREAM_MAX_ANSWER_BYTES are read at once before they are cut off.
    maxRssGrowthMiB: 640,
  },
  {
    name: 'slow',
    title: 'half of the responses come at 10 bytes per second',
    codes: FAILING,
    specs: [{ slow: true, probability: 0.5 }],
  },
];

/** Faults of the report calls, most of them mixed with good responses. */
export const platformFaults: readonly Fault[] = FAULTS.map(({ specs, ...fault }) => ({
  ...fault,
  hits: ['platform'],
  // The longest pause of the breaker, plus the probe.
  recoverySeconds: 12,
  maxLogins: SMALL_NUMBER_OF_LOGINS,
  store: 'sqlite',
  begin: (world) => beginAll(world, specs),
}));

/** Begins these faults in the simulator. Resolves with a function that ends them. */
export async function beginAll({ simulator }: World, specs: readonly Spec[]): Promise<() => Promise<void>> {
  const ends = await Promise.all(specs.map((spec) => simulator.fault(spec)));
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
