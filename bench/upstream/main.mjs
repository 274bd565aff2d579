import { createServer } from 'node:http';
import { setTimeout } from 'node:timers';
import { announce, portOf } from '../announce.mjs';
import { createAnswers } from './answers.mjs';
import { createCounts } from './counts.mjs';

const answers = createAnswers();
const counts = createCounts();
let delayMs = 0;

/** @typedef {{ status: number, body: import('node:buffer').Buffer }} Answer */

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {string} body
 * @returns {Answer}
 */
function answer(request, body) {
  if (request.url === '/api/ts/v1/oauth2/token') return answers.token;
  if (request.headers.authorization !== 'Bearer bench-access') return answers.unauthorized;
  if (request.url === '/api/m2m/v1/session/login') return answers.session;
  if (request.headers['vz-m2m-token'] !== 'bench-session') return answers.unauthorized;
  if (request.url === '/api/hyper-precise/v1/report/aggregate') {
    const { imei } = JSON.parse(body);
    counts.asked(imei.length);
    return answers.aggregate(imei);
  }
  if (request.url === '/api/hyper-precise/v1/report/sessions') return answers.sessions(JSON.parse(body));
  if (request.url === '/api/hyper-precise/v1/report/async/aggregate') return answers.queued();
  if (request.url?.startsWith('/api/hyper-precise/v1/callbacks?')) return answers.listeners;
  return answers.notFound;
}

/**
 * @param {string} path
 * @returns {string}
 */
function administer(path) {
  const [, verb, value] = path.split('/').slice(1);
  if (verb === 'delay') delayMs = Number(value);
  if (verb === 'reset') counts.reset();
  return JSON.stringify(counts.read());
}

const server = createServer((request, response) => {
  const path = request.url ?? '';
  if (path.startsWith('/admin/')) {
    response.end(administer(path));
    return;
  }
  counts.arrived(path);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { status, body: bytes } = answer(request, body);
    const send = () => {
      counts.answered();
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
      response.end(bytes);
    };
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  });
});
// An idle connection closed at the moment it is used again would look like a failure of the server that used it.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => announce(portOf(server)));
