import { devicesOfAccount, usageOf } from '../figures.mjs';

/** @typedef {ReturnType<typeof usageOf>} Usage */

/**
 * The forms in which the contract lets a message speak of one device.
 * @type {((txid: string, usage: Usage) => object)[]}
 */
const forms = [
  (txid, usage) => ({ txid, usage: [usage] }),
  (txid, usage) => ({ txid, ...usage }),
  (txid, usage) => [{ txid, usage: [usage] }],
];
const stride = 7_919;

/**
 * What an error message says of a device: 4,005 characters.
 * @param {string} imei
 */
export const longErrorOf = (imei) => imei.repeat(267);

/**
 * A message for each device of the account, in mixed order: its usage, in every form in turn, or a long error.
 * @param {string} txid
 * @param {'usage' | 'errors'} say
 * @returns {() => import('./orders.mjs').PlacedOrder}
 */
export function createMessages(txid, say) {
  const devices = devicesOfAccount();
  let sent = 0;
  return () => {
    const imei = deviceOf(devices, sent);
    const message =
      say === 'usage'
        ? forms[sent % forms.length](txid, usageOf(imei))
        : { txid, errors: [{ imei, errorMessage: longErrorOf(imei) }] };
    sent += 1;
    return {
      body: JSON.stringify(message),
      check({ status, body: answer }) {
        if (status !== 200) throw new Error(`a message was answered ${status}: ${answer.toString().slice(0, 500)}`);
      },
    };
  };
}

/**
 * What must be kept after so many messages of usage were answered.
 * @param {number} messages at most one for each device
 */
export function keptAfter(messages) {
  const devices = devicesOfAccount();
  const sent = Array.from({ length: messages }, (_, index) => usageOf(deviceOf(devices, index)));
  return { devices: messages, bytes: sent.reduce((sum, { bytesTransferred }) => sum + bytesTransferred, 0) };
}

/**
 * @param {string[]} devices
 * @param {number} sent
 */
const deviceOf = (devices, sent) => devices[(sent * stride) % devices.length];
