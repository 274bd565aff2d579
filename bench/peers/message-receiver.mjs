import { createServer } from 'node:http';
import { announce, portOf } from '../announce.mjs';

/** @typedef {{ txid: string, imei: string, numberOfSessions: number, bytesTransferred: number }} Message */

/** @param {string} body one device, in one of the forms of the contract */
function parse(body) {
  const parsed = JSON.parse(body);
  const message = Array.isArray(parsed) ? parsed[0] : parsed;
  const { imei, numberOfSessions, bytesTransferred } = message.usage?.[0] ?? message;
  return { txid: message.txid, imei, numberOfSessions, bytesTransferred };
}

/**
 * Receives callback messages, and answers each when its own commit is done.
 * @param {{
 *   insert(message: Message): void | Promise<void>,
 *   sum(txid: string): object | undefined | Promise<object | undefined>,
 * }} store
 */
export function receiveMessages({ insert, sum }) {
  const server = createServer((request, response) => {
    const [, verb, txid] = (request.url ?? '').split('/');
    if (verb === 'stored') {
      Promise.resolve(sum(txid)).then((stored) => response.end(JSON.stringify(stored)));
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (body += chunk));
    const respond = () => {
      response.writeHead(200, { 'content-length': 6 });
      response.end('Stored');
    };
    request.on('end', () => {
      const inserting = insert(parse(body));
      if (inserting === undefined) respond();
      else
        inserting.then(respond, (error) => {
          console.error(error);
          response.writeHead(500).end();
        });
    });
  });
  server.listen(0, '127.0.0.1', () => announce(portOf(server)));
}
