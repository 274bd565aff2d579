import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../../src/http/listen.ts';
import { withUnexpectedErrors } from '../../src/http/unexpected-errors.ts';
import { sendRaw } from '../support/raw-request.ts';

let server: RunningServer;
afterEach(() => server.close());

async function start(listener: RequestListener): Promise<unknown[]> {
  const logged: unknown[] = [];
  const guarded = withUnexpectedErrors(listener, ({ err }, text) => {
    logged.push([err, text]);
    return 'an-id';
  });
  server = await startServer(guarded, { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 });
  return logged;
}

test('a listener that throws ends one request, which gets the id of the error and nothing else of it', async () => {
  const error = new Error('a secret');
  const logged = await start(({ method }, response) => {
    if (method === 'POST') throw error;
    response.end('fine');
  });
  const failed = await sendRaw(server.url, {});
  expect(failed.status).toBe(500);
  expect(failed.body).toBe('Unexpected error. (errorId an-id)\n');
  expect(logged).toEqual([[error, 'unexpected error of a request']]);
  expect((await sendRaw(server.url, { method: 'GET' })).body).toBe('fine');
});

test('a listener that throws after it has begun to answer breaks off the response', async () => {
  await start((_, response) => {
    response.writeHead(200).write('begun');
    throw new Error('too late');
  });
  await expect(sendRaw(server.url, {})).rejects.toThrow();
});
