import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openReadySocket } from '../support/graphql-socket.ts';
import { startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const HASH = createHash('sha256').update(PROGRESS).digest('hex');

let at: AsyncWorld;
afterEach(() => at.close());

test('on a WebSocket, only trusted documents run if only they may, by their text or their id', async () => {
  const file = JSON.stringify({ [HASH]: PROGRESS });
  const strict = readConfig({ TRUSTED_DOCUMENTS: 'documents.json', TRUSTED_DOCUMENTS_MODE: 'only' }, () => file);
  at = await startAsyncWorld({ config: strict.documents });
  const socket = await openReadySocket(at.world.url);
  const ids = [
    { query: PROGRESS },
    { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } },
    { query: '', documentId: `sha256:${HASH}` },
  ];
  for (const [n, named] of ids.entries()) {
    socket.send({ id: String(n), type: 'subscribe', payload: { ...named, variables: { txid: 'nobody' } } });
    // It ran, and there is no such report.
    expect(await socket.next()).toMatchObject({ id: String(n), payload: [{ extensions: { code: 'NOT_FOUND' } }] });
  }
  for (const [payload, code] of [
    [{ query: '{ __typename }' }, 'DOCUMENT_NOT_TRUSTED'],
    [{ query: '', documentId: 'nothing' }, 'DOCUMENT_NOT_FOUND'],
    [{ query: '', documentId: 1 }, 'BAD_REQUEST'],
  ] as const) {
    socket.send({ id: 'x', type: 'subscribe', payload });
    expect(await socket.next()).toMatchObject({ id: 'x', type: 'error', payload: [{ extensions: { code } }] });
  }
  socket.socket.terminate();
});
