import { storedAfter } from './messages.mjs';
import { receivers } from './receivers.mjs';

/**
 * Requests a report. The server may be restarted before it receives the messages, or before the download.
 * @param {import('../workloads/under-load.mjs').Bench} bench
 */
export async function requestReport(bench) {
  const receiver = receivers[bench.name];
  const txid = await receiver.request(bench.server.target.port, bench.windows.unsettled);
  return {
    /**
     * Returns the load of one message per device from 32 senders.
     * @param {'usage' | 'errors'} say
     */
    messages: (say) => ({
      loop: /** @type {const} */ ('closed'),
      target: { ...bench.server.target, path: receiver.messagePath },
      order: { report: /** @type {const} */ ('messages'), txid, say },
      connections: 32,
    }),
    csvUrl: () => receiver.csvUrl(bench.server.target.port, txid),
    /**
     * Throws unless exactly the confirmed messages are stored: none lost, none stored twice.
     * @param {number} messages
     */
    async checkStored(messages) {
      const [stored, expected] = [await receiver.stored(bench.server.target.port, txid), storedAfter(messages)];
      if (stored.devices !== expected.devices || stored.bytes !== expected.bytes) {
        throw new Error(`stored: ${JSON.stringify(stored)} instead of ${JSON.stringify(expected)}`);
      }
    },
  };
}
