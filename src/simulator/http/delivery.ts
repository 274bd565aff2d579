import type { ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

/** How an answer travels: whole, cut off halfway, followed by more and more, or not at all. */
export type Delivery = { manner: 'whole' | 'truncated' | 'endless'; reply: Reply } | { manner: 'reset' };

const ENDLESS_OPENING = '{"txid":"00000000-0000-4000-8000-000000000000","usage":[';
const ENDLESS_CHUNK = '{"imei":"000000000000000","numberOfSessions":0,"bytesTransferred":0},'.repeat(200);

function sendTruncated(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Math.max(body.length, 1) });
  response.flushHeaders();
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

function sendEndless(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.write(reply.body === '' ? ENDLESS_OPENING : reply.body);
  function sendMore(): void {
    if (response.destroyed) return;
    if (response.write(ENDLESS_CHUNK)) setImmediate(sendMore);
    else response.once('drain', sendMore);
  }
  sendMore();
}

/** Sends an answer the way it shall travel. */
export function deliver(response: ServerResponse, delivery: Delivery): void {
  if (delivery.manner === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { manner, reply } = delivery;
  if (manner === 'truncated') sendTruncated(response, reply);
  else if (manner === 'endless') sendEndless(response, reply);
  else {
    response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
    response.end(reply.body);
  }
}
