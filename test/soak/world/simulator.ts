import path from 'node:path';
import { startProgram, type Program } from './process.ts';

/** The simulator in a process of its own, with its admin API. */
export interface SoakSimulator {
  readonly program: Program;
  readonly baseUrl: string;
  /** The environment variables that a client needs. */
  readonly variables: Readonly<Record<string, string>>;
  /** Begins a fault. Resolves with a function that ends it. */
  fault(spec: Readonly<Record<string, unknown>>): Promise<() => Promise<void>>;
  expire(which: 'session' | 'bearer' | 'all'): Promise<void>;
  disturbCallbacks(disturbance: Readonly<Record<string, unknown>>): Promise<void>;
  /** Changes the user's password, so that logins with the old one are rejected. Null restores the right one. */
  changePassword(password: string | null): Promise<void>;
  /** The latest calls, in order of arrival. */
  calls(): Promise<readonly PlatformCall[]>;
  /** Counts the token and login calls, including those that a fault answered. */
  signIns(): Promise<SignIns>;
  callbacks(): Promise<Callbacks>;
}

export interface PlatformCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignIns {
  readonly logins: number;
  readonly tokens: number;
  readonly maxFailedLogins: number;
  readonly locked: boolean;
}

export interface Callbacks {
  readonly sent: number;
  readonly answered200: number;
  readonly pending: number;
  readonly lost: number;
}

export interface SoakSimulatorOptions {
  readonly builtFolder: string;
  readonly callbackRetrySeconds: number;
}

export const TOKEN_PATH = '/ts/v1/oauth2/token';
export const LOGIN_PATH = '/m2m/v1/session/login';
export const LOGOUT_PATH = '/m2m/v1/session/logout';

export async function startSoakSimulator(options: SoakSimulatorOptions): Promise<SoakSimulator> {
  const program = startProgram({
    name: 'The simulator',
    args: [path.join(options.builtFolder, 'simulator.js')],
    environment: {
      SIMULATOR_PORT: '0',
      SIMULATOR_CALLBACK_RETRY_SECONDS: String(options.callbackRetrySeconds),
    },
    cwd: options.builtFolder,
    hasIpc: false,
  });
  const adminUrl = await program.waitForOutput(/^Admin API: (\S+)$/m);
  const variables = Object.fromEntries(
    [...program.lastOutput().matchAll(/^(THINGSPACE_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const send = async (method: string, at: string, body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${adminUrl}${at}`, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${at} returned ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  return {
    program,
    baseUrl: variables['THINGSPACE_BASE_URL'] ?? '',
    variables,
    async fault(spec) {
      const { id } = (await send('POST', '/faults', spec)) as { id: string };
      return async () => {
        await send('DELETE', `/faults/${id}`);
      };
    },
    async expire(which) {
      await send('POST', '/tokens/expire', { which });
    },
    async disturbCallbacks(disturbance) {
      await send('POST', '/callbacks/faults', disturbance);
    },
    async changePassword(password) {
      await send('POST', '/sign-in', { password: password ?? variables['THINGSPACE_PASSWORD'] });
    },
    calls: async () => ((await send('GET', '/calls')) as { calls: PlatformCall[] }).calls,
    async signIns() {
      const state = (await send('GET', '/sign-in')) as Omit<SignIns, 'logins' | 'tokens'>;
      const { counts } = (await send('GET', '/counts')) as { counts: Record<string, number> };
      return { ...state, logins: counts[LOGIN_PATH] ?? 0, tokens: counts[TOKEN_PATH] ?? 0 };
    },
    callbacks: async () => (await send('GET', '/callbacks')) as Callbacks,
  };
}
