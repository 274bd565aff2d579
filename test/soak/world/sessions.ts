import { nowMs } from '../time.ts';
import { LOGIN_PATH, LOGOUT_PATH, TOKEN_PATH, type SoakSimulator } from './simulator.ts';

/** A caller's own session at the platform. */
export interface PlatformSession {
  readonly name: string;
  readonly token: string;
  /** The headers that its caller sends with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Since when it may have ended, and since when it certainly has (both of `nowMs`); null before that. */
  death(): { readonly fromMs: number; readonly surelyFromMs: number } | null;
}

/** The sessions of callers who sign in to the platform themselves and send its tokens to the server. */
export interface PlatformSessions {
  readonly lasting: readonly PlatformSession[];
  /** All of them; the doomed one and the next one are the last two. */
  readonly all: readonly PlatformSession[];
  /** The session that a fault ends. */
  readonly doomed: PlatformSession;
  /** The session of the same caller after signing in again. */
  readonly next: PlatformSession;
  /** Signs the doomed session out at the platform. */
  end(): Promise<void>;
  /** Makes the caller of the doomed session continue with the next one. */
  signInAgain(): void;
  hasSignedInAgain(): boolean;
}

const LASTING = ['anne', 'bert', 'carl'];
const DOOMED = 'dora';

export async function openPlatformSessions({
  baseUrl,
  variables,
}: Pick<SoakSimulator, 'baseUrl' | 'variables'>): Promise<PlatformSessions> {
  const bearer = await askForBearer(baseUrl, variables);
  let death: ReturnType<PlatformSession['death']> = null;
  let hasSignedInAgain = false;
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
    signInAgain: () => void (hasSignedInAgain = true),
    hasSignedInAgain: () => hasSignedInAgain,
  };
}

async function askForBearer(baseUrl: string, variables: SoakSimulator['variables']): Promise<string> {
  const { THINGSPACE_CLIENT_ID: id = '', THINGSPACE_CLIENT_SECRET: secret = '' } = variables;
  const headers = {
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const response = (await post(`${baseUrl}${TOKEN_PATH}`, headers, 'grant_type=client_credentials')) as {
    access_token: string;
  };
  return response.access_token;
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
  if (!response.ok) throw new Error(`${url} returned ${response.status}: ${text}`);
  return JSON.parse(text);
}
