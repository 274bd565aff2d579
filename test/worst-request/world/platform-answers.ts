import { toText, type Platform } from '../compose/platform.ts';

/** The bodies of a platform's answers. Each long one is written once, because writing it takes longer than anything else here. */
export interface PlatformAnswers {
  sessions(): Buffer;
  wholeAccount(): Buffer;
  /** About the devices that are asked for. */
  devices(asked: readonly string[]): Buffer;
  listeners(): Buffer;
}

const MINUTE_MS = 60_000;
/** No answer is much longer than the server reads. */
const MAX_ANSWER_CHARACTERS = 24 * 2 ** 20;

export function createAnswers(platform: Platform): PlatformAnswers {
  const uninvited = once(() => toUsage(platform, toImeis(platform.uninvited)));
  return {
    sessions: once(() => Buffer.from(toSessions(platform))),
    wholeAccount: once(() => toBody(platform, [toUsage(platform, toImeis(platform.accountDevices))])),
    devices: (asked) => toBody(platform, [toUsage(platform, asked), uninvited()]),
    listeners: once(() => Buffer.from(JSON.stringify(toListeners(platform)))),
  };
}

function once<Value>(write: () => Value): () => Value {
  let written: { readonly value: Value } | null = null;
  return () => (written ??= { value: write() }).value;
}

function toSessions(platform: Platform): string {
  const lastMs = Date.now() - 3_600_000;
  const sessions = Array.from({ length: platform.sessions }, (_, at) => {
    const startMs = lastMs - (platform.sessions - at) * 10 * MINUTE_MS;
    const [startTime, endTime] = [startMs, startMs + 5 * MINUTE_MS].map((atMs) => new Date(atMs).toISOString());
    return { startTime, endTime, numBytes: at };
  });
  return JSON.stringify({ id: toText(platform, 0), txid: toText(platform, 0), sessions });
}

/** Rows of JSON, without what is around them. */
interface Usage {
  readonly usage: string;
  readonly errors: string;
}

function toUsage(platform: Platform, devices: readonly string[]): Usage {
  const refused = Math.round(devices.length * platform.refused);
  const most = Math.ceil(MAX_ANSWER_CHARACTERS / (5 * platform.textLength));
  return {
    usage: toRows(devices.slice(refused), (imei, at) => ({
      imei,
      numberOfSessions: at % 50,
      bytesTransferred: at * 7_919,
    })),
    errors: toRows(devices.slice(0, Math.min(refused, most)), (imei, at) => {
      const text = toText(platform, at);
      const error = { errorCode: text, errorMessage: text, httpStatusCode: text, detailErrorMessage: text };
      return { imei, errorMessage: text, errorResponse: error };
    }),
  };
}

function toRows(imeis: readonly string[], toRow: (imei: string, at: number) => object): string {
  return JSON.stringify(imeis.map(toRow)).slice(1, -1);
}

function toBody(platform: Platform, parts: readonly Usage[]): Buffer {
  const join = (texts: readonly string[]): string => texts.filter((text) => text !== '').join(',');
  const usage = join(parts.map((part) => part.usage));
  const errors = join(parts.map((part) => part.errors));
  return Buffer.from(`{"txid":${JSON.stringify(toText(platform, 0))},"usage":[${usage}],"errors":[${errors}]}`);
}

function toImeis(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `36${String(at).padStart(13, '0')}`);
}

function toListeners(platform: Platform): object[] {
  const count = Math.min(platform.listeners, Math.ceil(MAX_ANSWER_CHARACTERS / (3 * platform.textLength)));
  return Array.from({ length: count }, (_, at) => {
    const text = toText(platform, at);
    return { aname: text, name: text, url: `https://example.com/${text}` };
  });
}
