import type { ServerResponse } from 'node:http';
import type { Wait } from '../wait.ts';
import type { Reply } from './reply.ts';

/** How a response is sent: whole, cut off halfway, endless, one byte at a time, or not at all (connection reset). */
export type Delivery = { manner: 'whole' | 'truncated' | 'endless' | 'slow'; reply: Reply } | { manner: 'reset' };

export interface DeliveryTime {
  wait: Wait;
  signal: AbortSignal;
}

const ENDLESS_OPENING = '{"txid":"00000000-0000-4000-8000-000000000000","usage":[';
const SLOW_BYTE_MILLISECONDS = 100;
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

async function sendSlowly(response: ServerResponse, reply: Reply, { wait, signal }: DeliveryTime): Promise<void> {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.flushHeaders();
  for (let sent = 0; sent < body.length && !response.destroyed; sent += 1) {
    await wait(SLOW_BYTE_MILLISECONDS, signal);
    response.write(body.subarray(sent, sent + 1));
  }
  response.end();
}

/** Sends a response in the given manner. */
export function deliver(response: ServerResponse, delivery: Delivery, time: DeliveryTime): void {
  if (delivery.manner === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { manner, reply } = delivery;
  if (manner === 'truncated') sendTruncated(response, reply);
  else if (manner === 'endless') sendEndless(response, reply);
  // The wait rejects only when the simulator closes.
  else if (manner === 'slow') sendSlowly(response, reply, time).catch(() => response.destroy());
  else {
    response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
    response.end(reply.body);
  }
}
