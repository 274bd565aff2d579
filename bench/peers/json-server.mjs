import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { announce, portOf } from '../announce.mjs';

/**
 * Serves GraphQL requests without GraphQL: only `node:http` and JSON.
 * @param {(input: any) => object | Promise<object>} execute returns the data for the input of an operation
 */
export function serveJson(execute) {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (body += chunk));
    request.on('end', async () => {
      let status = 200;
      let text;
      try {
        text = JSON.stringify({ data: await execute(JSON.parse(body).variables.input) });
      } catch (error) {
        status = 500;
        text = JSON.stringify({ errors: [{ message: String(error) }] });
      }
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
  server.listen(0, '127.0.0.1', () => announce(portOf(server)));
}
