import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { StartedServer } from './world/built-server.ts';
import { eventually } from './eventually.ts';

/** Add these to the environment of a process to inspect it. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** What a process holds after a garbage collection. */
export interface Holdings {
  /** Objects and buffers. */
  readonly bytes: number;
  readonly residentBytes: number;
  readonly tcpSockets: number;
}

export interface Inspector {
  measure(): Promise<Holdings>;
  close(): void;
}

const MEASURE = `JSON.stringify((({ heapUsed, external, rss }, resources) => ({
  bytes: heapUsed + external,
  residentBytes: rss,
  tcpSockets: resources.filter((name) => name === 'TCPSocketWrap').length,
}))(process.memoryUsage(), process.getActiveResourcesInfo()))`;

/** Connects to the debugger of a process that was started with `INSPECTED`. */
export async function inspect(server: StartedServer): Promise<Inspector> {
  const find = (): string => /ws:\/\/\S+/.exec(server.complaints())?.[0] ?? '';
  await eventually(find).not.toBe('');
  const socket = new WebSocket(find());
  await once(socket, 'open');
  let calls = 0;
  const call = async (method: string, params: object = {}): Promise<{ result?: { value?: unknown } }> => {
    const id = (calls += 1);
    const answered = new Promise<{ result?: { value?: unknown } }>((resolve) => {
      socket.on('message', function take(data: Buffer) {
        const message = JSON.parse(data.toString()) as { id?: number; result: { result?: { value?: unknown } } };
        if (message.id !== id) return;
        socket.off('message', take);
        resolve(message.result);
      });
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  return {
    async measure() {
      // The second collection takes what the finalizers of the first let go.
      for (let times = 0; times < 2; times += 1) await call('HeapProfiler.collectGarbage');
      const { result } = await call('Runtime.evaluate', { expression: MEASURE });
      return JSON.parse(String(result?.value)) as Holdings;
    },
    close: () => socket.terminate(),
  };
}
