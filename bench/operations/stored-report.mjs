import { keptAfter } from './messages.mjs';
import { receivers } from './receivers.mjs';

/**
 * A report that was asked for and waits for its messages; its server may be restarted meanwhile.
 * @param {import('../workloads/under-load.mjs').Bench} bench
 */
export async function requestReport(bench) {
  const receiver = receivers[bench.server.name];
  const txid = await receiver.request(bench.server.target.port, bench.windows.unsettled);
  return {
    /**
     * The load of one message for each device, from many senders.
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
     * Throws unless what is kept is what was answered 200, nothing less and nothing twice.
     * @param {number} messages
     */
    async checkKept(messages) {
      const [kept, right] = [await receiver.kept(bench.server.target.port, txid), keptAfter(messages)];
      if (kept.devices !== right.devices || kept.bytes !== right.bytes) {
        throw new Error(`kept: ${JSON.stringify(kept)} instead of ${JSON.stringify(right)}`);
      }
    },
  };
}
