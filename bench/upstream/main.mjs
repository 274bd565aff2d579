import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';
import { announce, portOf } from '../announce.mjs';
import { createCounts } from './counts.mjs';
import { createLimiter } from './limiter.mjs';
import { createResponses } from './responses.mjs';

const responses = createResponses();
const counts = createCounts();
const limiter = createLimiter(() => performance.now());
let delayMs = 0;

/** @typedef {{ status: number, body: import('node:buffer').Buffer, headers?: Record<string, string> }} Response */

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {string} body
 * @returns {Response}
 */
function respond(request, body) {
  if (request.url === '/api/ts/v1/oauth2/token') return responses.token;
  if (request.headers.authorization !== 'Bearer bench-access') return responses.unauthorized;
  if (request.url === '/api/m2m/v1/session/login') return responses.session;
  if (request.headers['vz-m2m-token'] !== 'bench-session') return responses.unauthorized;
  if (!limiter.admit()) {
    counts.callRejected();
    return responses.tooManyCalls;
  }
  if (request.url === '/api/hyper-precise/v1/report/aggregate') {
    const { imei } = JSON.parse(body);
    counts.devicesRequested(imei.length);
    return responses.aggregate(imei);
  }
  if (request.url === '/api/hyper-precise/v1/report/sessions') return responses.sessions(JSON.parse(body));
  if (request.url === '/api/hyper-precise/v1/report/async/aggregate') return responses.queued();
  if (request.url?.startsWith('/api/hyper-precise/v1/callbacks?')) return responses.listeners;
  return responses.notFound;
}

/**
 * @param {string} path
 * @returns {string}
 */
function administer(path) {
  const [, verb, value] = path.split('/').slice(1);
  if (verb === 'delay') delayMs = Number(value);
  if (verb === 'limit') limiter.limitTo(Number(value));
  if (verb === 'reset') counts.reset();
  return JSON.stringify(counts.read());
}

const server = createServer((request, response) => {
  const path = request.url ?? '';
  if (path.startsWith('/admin/')) {
    response.end(administer(path));
    return;
  }
  counts.callStarted(path);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { status, body: bytes, headers } = respond(request, body);
    const send = () => {
      counts.callEnded();
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
      response.end(bytes);
    };
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  });
});
// Never close idle connections: a connection that is closed while a server uses it again would look like that server's failure.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => announce(portOf(server)));
