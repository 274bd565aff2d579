import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { pipeline } from 'node:stream';
import { listen } from '../listen.mjs';

/**
 * Stands before a server and tells what passes: `requests` came so far, `streams` are the event streams that are open now, and
 * `until` waits for a number of these.
 */
export async function startWatchingProxy(target) {
  const requests = [];
  const streams = new Set();
  const changes = new EventEmitter();

  const { url, close } = await listen((incoming, response) => {
    const { method, headers, url: path } = incoming;
    requests.push({ method, headers });
    const outgoing = request(new URL(path, target), { method, headers, agent: false }, (answer) => {
      if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
        streams.add(outgoing);
        changes.emit('change');
        answer.once('close', () => {
          streams.delete(outgoing);
          changes.emit('change');
        });
      }
      response.writeHead(answer.statusCode, answer.headers);
      // Each side's end is the other's, as on one connection.
      pipeline(answer, response, () => undefined);
    });
    pipeline(incoming, outgoing, () => undefined);
    response.once('close', () => outgoing.destroy());
  });

  return {
    url: `${url}/graphql`,
    close,
    requests,
    streams,
    async until(count) {
      while (streams.size !== count) await once(changes, 'change', { signal: AbortSignal.timeout(10_000) });
    },
  };
}
