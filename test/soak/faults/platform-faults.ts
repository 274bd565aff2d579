import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';

type Spec = Readonly<Record<string, unknown>>;

/** What a caller may see of a platform that does not answer as it should. */
const FAILING = ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'OPERATION_TIMEOUT', 'IDEMPOTENCY_UNCERTAIN'];
const SMALL_NUMBER_OF_LOGINS = (): number => 2;

interface PlatformFault extends Pick<Fault, 'name' | 'title' | 'keptRssMiB'> {
  readonly codes: readonly string[];
  /** What the simulator does to its report calls. */
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
    title: '5 % of the connections are reset, half of them after the call did its work',
    codes: FAILING,
    specs: [
      { reset: true, probability: 0.025 },
      { resetAfterEffect: true, probability: 0.025 },
    ],
  },
  {
    name: 'throttled',
    title: '70 % of the calls are turned away by 429, half of them with Retry-After: 1',
    codes: [...FAILING, 'UPSTREAM_RATE_LIMITED', 'INVALID_ACCESS', '900802'],
    specs: [
      { status: 429, headers: { 'Retry-After': '1' }, body: 'xml', probability: 0.35 },
      { status: 429, body: 'fault', probability: 0.54 },
    ],
  },
  {
    name: 'failures',
    title: '70 % of the calls fail by 500, 502, 503 or 504',
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
    title: 'every call fails by a page of 503',
    codes: FAILING,
    specs: [{ status: 503, body: 'html' }],
  },
  {
    name: 'html',
    title: '70 % of the answers are a page of HTML, half of them with status 200',
    codes: FAILING,
    specs: [
      { rawBody: '<html><body><h1>Maintenance</h1></body></html>', contentType: 'text/html', probability: 0.35 },
      { status: 502, body: 'html', probability: 0.54 },
    ],
  },
  {
    name: 'truncated',
    title: 'half of the answers are cut off in their middle',
    codes: FAILING,
    specs: [{ truncate: true, probability: 0.5 }],
  },
  {
    name: 'endless',
    title: '10 % of the answers never end, as fast as they are read',
    codes: FAILING,
    specs: [{ endless: true, probability: 0.1 }],
    // Answers of UPSTREAM_MAX_ANSWER_BYTES are read several at once before they are given up.
    keptRssMiB: 640,
  },
  {
    name: 'slow',
    title: 'half of the answers come at ten bytes a second',
    codes: FAILING,
    specs: [{ slow: true, probability: 0.5 }],
  },
];

/** Faults of the report calls, mixed with good answers. */
export const platformFaults: readonly Fault[] = FAULTS.map(({ specs, ...fault }) => ({
  ...fault,
  hits: ['platform'],
  // The breaker's longest pause, and the call that finds out.
  recoverySeconds: 12,
  maxLogins: SMALL_NUMBER_OF_LOGINS,
  store: 'sqlite',
  begin: (world) => beginAll(world, specs),
}));

/** Has the simulator do all of these; resolves with how to end them. */
export async function beginAll({ simulator }: World, specs: readonly Spec[]): Promise<() => Promise<void>> {
  const ends = await Promise.all(specs.map((spec) => simulator.fault(spec)));
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
