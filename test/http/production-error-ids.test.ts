import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ANYONE } from '../../src/domain/access.ts';
import { createLog } from '../../src/log.ts';
import { StoreError } from '../../src/async-reports/store/store-error.ts';
import { createCallbackReceiver } from '../../src/async-reports/callbacks/receiver.ts';
import { createSenderCheck } from '../../src/async-reports/callbacks/sender-check.ts';
import { createDownloadLinks } from '../../src/async-reports/downloads/download-links.ts';
import { createDownloads, type DownloadSource } from '../../src/async-reports/downloads/stream-download.ts';
import { createReadQueue } from '../../src/async-reports/reads/read-queue.ts';
import { startServer } from '../../src/http/listen.ts';
import { createLogUnexpected, type LogUnexpected } from '../../src/http/log-unexpected.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';

const SECRET = 'the password is 12345';
const DEFECT = new Error(SECRET);
const links = createDownloadLinks({ key: 'a key', now: () => 0, lifetimeMs: 60_000 });

interface Rig {
  readonly lines: string[];
  readonly log: ReturnType<typeof createLog>;
  readonly logUnexpected: LogUnexpected;
}

function createRig(): Rig {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  return { lines, log, logUnexpected: createLogUnexpected(log, () => `id-${lines.length}`) };
}

const toLogStoreFailure =
  (logUnexpected: LogUnexpected) =>
  ({ code, driverCode }: StoreError): string =>
    logUnexpected({ code, driverCode }, 'the store failed');
const createReceiver = ({ log, logUnexpected }: Rig, error: Error): RequestListener =>
  createCallbackReceiver({
    paths: ['/callbacks/secret'],
    check: createSenderCheck({
      callbackAllowedIps: [],
      callbackCredentials: null,
      callbackPasswordPrevious: null,
      callbackSignature: null,
      trustedProxies: 0,
    }),
    keep: () => Promise.reject(error),
    now: () => 0,
    mayWarn: () => true,
    log,
    logUnexpected,
    logStoreFailure: toLogStoreFailure(logUnexpected),
  });
const failing = (error: Error): DownloadSource => ({ find: () => Promise.reject(error), notFound: '' });
const createDownloadListener = (
  { logUnexpected }: Rig,
  error: Error,
  queue = createReadQueue({ concurrentReads: 1, concurrentReadsPerPrincipal: 1, maxWaitingPerPrincipal: 1 }),
): RequestListener =>
  createDownloads({
    sources: { report: failing(error), fleet: failing(error), record: failing(error) },
    queue,
    links,
    accessOf: () => ANYONE,
    principalOf: () => 'anyone',
    logUnexpected,
    logStoreFailure: toLogStoreFailure(logUnexpected),
  });

async function ask(listener: RequestListener, request: RawRequest): Promise<RawAnswer> {
  const server = await startServer(listener, { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 });
  try {
    return await sendRaw(server.url, request);
  } finally {
    await server.close();
  }
}

const message: RawRequest = { path: '/callbacks/secret', body: '{}' };
const download: RawRequest = {
  method: 'GET',
  path: links.write({ id: 'a-report', of: 'report', format: 'CSV', dialect: 'STANDARD' }),
};

describe('an unexpected error', () => {
  test.each<[string, typeof createReceiver, RawRequest, Error, number]>([
    ['the code for callbacks', createReceiver, message, DEFECT, 500],
    ['the store for callbacks', createReceiver, message, new StoreError('UNAVAILABLE', 'ECONNREFUSED'), 503],
    ['the code for downloads', createDownloadListener, download, DEFECT, 503],
    ['the store for downloads', createDownloadListener, download, new StoreError('FAILED', 'ECONNREFUSED'), 503],
  ])(
    'in %s is reported with the id of its log line, and without details',
    async (_, create, request, error, status) => {
      const rig = createRig();
      const answer = await ask(create(rig, error), request);
      expect(answer.status).toBe(status);
      const id = /errorId (id-\d+)/.exec(answer.body)?.[1] ?? '';
      expect(answer.body).not.toMatch(/password|ECONNREFUSED|Error:|\.ts/);
      const found = rig.lines.filter((line) => line.includes(`"errorId":"${id}"`));
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(error === DEFECT ? SECRET : 'ECONNREFUSED');
    },
  );

  test('is not logged if too many reads of the caller wait, which has to try again', async () => {
    const rig = createRig();
    const none = createReadQueue({ concurrentReads: 0, concurrentReadsPerPrincipal: 1, maxWaitingPerPrincipal: 0 });
    const answer = await ask(createDownloadListener(rig, DEFECT, none), download);
    expect([answer.status, answer.body]).toEqual([503, expect.stringContaining('reads are waiting already')]);
    expect(rig.lines).toEqual([]);
  });

  test.each([
    '/reports/%E0%A4%A.csv',
    '/reports/%.csv?expires=1&signature=a',
    '/reports/a.csv?expires=%&signature=%',
    '/reports/',
  ])('is not logged for a malformed link: %s', async (path) => {
    const rig = createRig();
    const answer = await ask(createDownloadListener(rig, DEFECT), { method: 'GET', path });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(rig.lines).toEqual([]);
  });
});
