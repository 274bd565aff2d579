import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { createSocketClient } from '../dist/graphql-ws.js';
import { collectPages } from '../collect-pages.mjs';
import { TEXTS } from '../operations.mjs';

export const packages = ['graphql-ws'];

export function createDriver({ directUrl, token }) {
  const sent = [];
  class RecordedSocket extends WebSocket {
    send(text, ...others) {
      sent.push(JSON.parse(text));
      super.send(text, ...others);
    }
  }
  const client = createSocketClient(directUrl.replace('http', 'ws'), () => token, RecordedSocket);
  const iterate = (name, variables) => client.iterate({ query: TEXTS[name], variables });
  const query = async (name, variables) => {
    for await (const { data = null, errors = [] } of iterate(name, variables)) return { data, errors };
    throw new Error('there was no result');
  };
  /** The proxy sees no WebSockets. A cancelled operation is one whose end the client sends, and of which it gets no more. */
  const cancel = async ({ startReport, known }) => {
    const variables = { txid: await startReport([known]) };
    const events = [];
    sent.length = 0;
    const stop = client.subscribe(
      { query: TEXTS.progress, variables },
      { next: (event) => events.push(event), error: assert.fail, complete() {} },
    );
    while (events.length === 0) await sleep(5);
    stop();
    const [subscribed, ...others] = sent.filter(({ type }) => type !== 'connection_init');
    assert.deepEqual(others, [{ id: subscribed.id, type: 'complete' }]);
    const { length } = events;
    assert.deepEqual((await query('stored', {})).errors, []);
    assert.equal(events.length, length);
  };
  return {
    query,
    async *subscribe(name, variables) {
      for await (const { data } of iterate(name, variables)) yield data;
    },
    persisted: 'sends texts only',
    pages: (txid) => collectPages(query, txid),
    cached: 'has no cache',
    cancel,
    close: () => client.dispose(),
  };
}
