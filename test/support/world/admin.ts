/** One call as the platform received it. */
export interface PlatformCall {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly status: number;
}

export interface Admin {
  calls(pathEnding?: string): Promise<PlatformCall[]>;
  forgetCalls(): Promise<void>;
  fault(spec: Record<string, unknown>): Promise<void>;
  endFaults(): Promise<void>;
  /** Loses, doubles, delays or reorders callback messages. */
  disturbCallbacks(disturbance: Record<string, unknown>): Promise<void>;
  /** Ends tokens. Calls with an ended session get the answer of docs/simulator.md, until a new session is opened. */
  expire(which: 'session' | 'bearer' | 'all', answer?: { answer: string; status: number }): Promise<void>;
  signIn(change: Record<string, unknown>): Promise<void>;
}

export const PATHS = {
  token: '/ts/v1/oauth2/token',
  login: '/m2m/v1/session/login',
  sessions: '/hyper-precise/v1/report/sessions',
  aggregate: '/hyper-precise/v1/report/aggregate',
  async: '/hyper-precise/v1/report/async/aggregate',
  callbacks: '/hyper-precise/v1/callbacks',
} as const;

/** A client of the simulator's admin API. */
export function createAdmin(adminUrl: string): Admin {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${adminUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    async calls(pathEnding = '') {
      const { calls } = (await send('GET', '/calls')) as { calls: PlatformCall[] };
      return calls.filter((call) => call.path.endsWith(pathEnding));
    },
    async forgetCalls() {
      await send('DELETE', '/calls');
    },
    async fault(spec) {
      await send('POST', '/faults', spec);
    },
    async endFaults() {
      await send('DELETE', '/faults');
    },
    async disturbCallbacks(disturbance) {
      await send('POST', '/callbacks/faults', disturbance);
    },
    async expire(which, answer) {
      await send('POST', '/tokens/expire', { which, ...answer });
    },
    async signIn(change) {
      await send('POST', '/sign-in', change);
    },
  };
}
