import type { Simulator } from '../../../src/simulator/index.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

export interface WireSession {
  startTime: string;
  endTime?: string;
  numBytes: number;
}

export interface WireAggregate {
  txid: string;
  usage?: { imei: string; numberOfSessions: number; bytesTransferred: number }[];
  errors?: { imei: string; errorMessage: string; errorResponse: Record<string, string> }[];
}

export type Fields = Record<string, unknown>;
export type HeaderFields = Record<string, string>;

export interface PlatformClient {
  askToken(form?: HeaderFields, authorization?: string): Promise<Answer>;
  login(password?: string): Promise<Answer>;
  signIn(): Promise<HeaderFields>;
  call(method: string, path: string, body?: unknown, headers?: HeaderFields): Promise<Answer>;
  /** Posts to a report path with both tokens, adding the account number to the body. */
  report(path: string, fields: Fields, headers?: HeaderFields): Promise<Answer>;
  sessionsOf(imei: string, fields?: Fields): Promise<WireSession[]>;
  aggregateOf(imei: readonly string[], fields?: Fields): Promise<WireAggregate>;
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

/** Returns a field of the response's JSON as a string. */
export function field(answer: Answer, name: string): string {
  return String((answer.json as Fields)[name]);
}

/** Creates an HTTP client of the simulator. It signs in once, at the first call that needs it. */
export function createPlatformClient(simulator: Simulator): PlatformClient {
  const { url, adminUrl, accountNumber, credentials } = simulator;
  const basic = `Basic ${Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64')}`;
  let tokens: Promise<HeaderFields> | undefined;

  function askToken(form: HeaderFields = { grant_type: 'client_credentials' }, authorization = basic): Promise<Answer> {
    const body = new URLSearchParams(form);
    return request(`${url}/ts/v1/oauth2/token`, { method: 'POST', headers: { authorization }, body });
  }

  function call(method: string, path: string, body?: unknown, headers: HeaderFields = {}): Promise<Answer> {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return request(`${url}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...sent });
  }

  async function login(password = credentials.password): Promise<Answer> {
    const authorization = `Bearer ${field(await askToken(), 'access_token')}`;
    return call('POST', '/m2m/v1/session/login', { username: credentials.username, password }, { authorization });
  }

  async function signIn(): Promise<HeaderFields> {
    const authorization = `Bearer ${field(await askToken(), 'access_token')}`;
    return { authorization, 'VZ-M2M-Token': field(await login(), 'sessionToken') };
  }

  async function report(path: string, fields: Fields, headers: HeaderFields = {}): Promise<Answer> {
    tokens ??= signIn();
    const body = { accountNumber, ...fields };
    return call('POST', `/hyper-precise/v1/report/${path}`, body, { ...(await tokens), ...headers });
  }

  return {
    askToken,
    login,
    signIn,
    call,
    report,
    async sessionsOf(imei, fields = {}) {
      const answer = await report('sessions', { imei, ...fields });
      return (answer.json as { sessions?: WireSession[] }).sessions ?? [];
    },
    async aggregateOf(imei, fields = {}) {
      return (await report('aggregate', { imei, ...fields })).json as WireAggregate;
    },
    admin: (method, path, body) =>
      request(`${adminUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  };
}
