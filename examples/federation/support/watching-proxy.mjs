import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { pipeline } from 'node:stream';
import { listen } from '../listen.mjs';

/**
 * Starts a proxy in front of a server. `requests` has all requests so far, `streams` the open event streams, and `until` waits for a
 * number of open streams.
 */
export async function startWatchingProxy(target) {
  const requests = [];
  const streams = new Set();
  const changes = new EventEmitter();

  const { url, close } = await listen((incoming, response) => {
    const { method, headers, url: path } = incoming;
    requests.push({ method, headers });
    const outgoing = request(new URL(path, target), { method, headers, agent: false }, (proxied) => {
      if (proxied.headers['content-type']?.startsWith('text/event-stream') === true) {
        streams.add(outgoing);
        changes.emit('change');
        proxied.once('close', () => {
          streams.delete(outgoing);
          changes.emit('change');
        });
      }
      response.writeHead(proxied.statusCode, proxied.headers);
      // If one side closes, the other one closes too, as on a direct connection.
      pipeline(proxied, response, () => undefined);
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
