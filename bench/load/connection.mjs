import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { FailedOperation } from '../operations/failed-operation.mjs';
import { createResponseReader } from './response-reader.mjs';

const timeoutMs = 30_000;

/**
 * Creates a keep-alive connection that sends one operation at a time. It uses a plain socket, because an HTTP client would need more
 * CPU than some of the servers.
 * @param {{ port: number, path: string }} target
 */
export function createConnection({ port, path }) {
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: `;
  /** @type {import('node:net').Socket | null} */
  let socket = null;
  /** @type {{ resolve(response: any): void, reject(error: Error): void, reader: ReturnType<typeof createResponseReader> } | null} */
  let waiting = null;

  /** @param {Error} error */
  function fail(error) {
    const failed = waiting;
    waiting = null;
    socket = null;
    failed?.reject(error);
  }

  function open() {
    const opened = connect({ host: '127.0.0.1', port, noDelay: true });
    opened.setTimeout(timeoutMs, () => opened.destroy(new FailedOperation(`no response within ${timeoutMs} ms`)));
    opened.on('data', (piece) => {
      const response = waiting?.reader.push(piece);
      if (!response) return;
      const done = waiting;
      waiting = null;
      done?.resolve({ ...response, at: performance.now() });
    });
    opened.on('error', (error) => fail(new FailedOperation(error.message, { cause: error })));
    opened.on('close', () => fail(new FailedOperation('the connection was closed')));
    return opened;
  }

  return {
    /**
     * @param {string} body
     * @returns {Promise<import('../operations/orders.mjs').Response & { at: number }>}
     */
    send(body) {
      return new Promise((resolve, reject) => {
        socket ??= open();
        waiting = { resolve, reject, reader: createResponseReader() };
        socket.write(`${head}${body.length}\r\n\r\n${body}`, 'latin1');
      });
    },
    close() {
      socket?.destroy();
      socket = null;
    },
  };
}
