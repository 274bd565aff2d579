import { nowMs } from '../time.ts';
import { LOGIN_PATH, LOGOUT_PATH, TOKEN_PATH, type SoakSimulator } from './simulator.ts';

/** A caller's own session at the platform. */
export interface PlatformSession {
  readonly name: string;
  readonly token: string;
  /** What its caller sends with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** From when on it may be dead, and from when on it surely is (both of `nowMs`); null while it lives. */
  death(): { readonly fromMs: number; readonly surelyFromMs: number } | null;
}

/** Callers who sign in to the platform themselves, and bring its tokens to the server. */
export interface PlatformSessions {
  readonly lasting: readonly PlatformSession[];
  /** Each of them, the doomed one and the next last. */
  readonly all: readonly PlatformSession[];
  /** The one that a fault ends. */
  readonly doomed: PlatformSession;
  /** What the same caller has after signing in again. */
  readonly next: PlatformSession;
  /** Signs the doomed one out at the platform. */
  end(): Promise<void>;
  /** Has the caller of the doomed one go on with the next. */
  goOn(): void;
  hasGoneOn(): boolean;
}

const LASTING = ['anne', 'bert', 'carl'];
const DOOMED = 'dora';

export async function openPlatformSessions({
  baseUrl,
  variables,
}: Pick<SoakSimulator, 'baseUrl' | 'variables'>): Promise<PlatformSessions> {
  const bearer = await askForBearer(baseUrl, variables);
  let death: ReturnType<PlatformSession['death']> = null;
  let hasGoneOn = false;
  const open = async (name: string, toDeath: PlatformSession['death']): Promise<PlatformSession> => {
    const token = await logIn(baseUrl, variables, bearer);
    return { name, token, headers: { Authorization: `Bearer ${bearer}`, 'VZ-M2M-Token': token }, death: toDeath };
  };
  const lasting = await Promise.all(LASTING.map((name) => open(name, () => null)));
  const doomed = await open(DOOMED, () => death);
  const next = await open(DOOMED, () => null);
  return {
    lasting,
    all: [...lasting, doomed, next],
    doomed,
    next,
    async end() {
      const fromMs = nowMs();
      death = { fromMs, surelyFromMs: Infinity };
      await post(`${baseUrl}${LOGOUT_PATH}`, doomed.headers, '');
      death = { fromMs, surelyFromMs: nowMs() };
    },
    goOn: () => void (hasGoneOn = true),
    hasGoneOn: () => hasGoneOn,
  };
}

async function askForBearer(baseUrl: string, variables: SoakSimulator['variables']): Promise<string> {
  const { THINGSPACE_CLIENT_ID: id = '', THINGSPACE_CLIENT_SECRET: secret = '' } = variables;
  const headers = {
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const said = (await post(`${baseUrl}${TOKEN_PATH}`, headers, 'grant_type=client_credentials')) as {
    access_token: string;
  };
  return said.access_token;
}

async function logIn(baseUrl: string, variables: SoakSimulator['variables'], bearer: string): Promise<string> {
  const { THINGSPACE_USERNAME: username, THINGSPACE_PASSWORD: password } = variables;
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ username, password });
  return ((await post(`${baseUrl}${LOGIN_PATH}`, headers, body)) as { sessionToken: string }).sessionToken;
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: { Accept: 'application/json', ...headers }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
