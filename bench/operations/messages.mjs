import { devicesOfAccount, usageOf } from '../expected-usage.mjs';

/** @typedef {ReturnType<typeof usageOf>} Usage */

/**
 * The forms that the contract allows for a message about one device.
 * @type {((txid: string, usage: Usage) => object)[]}
 */
const forms = [
  (txid, usage) => ({ txid, usage: [usage] }),
  (txid, usage) => ({ txid, ...usage }),
  (txid, usage) => [{ txid, usage: [usage] }],
];
const stride = 7_919;

/**
 * Returns the error message of a device: 495 characters in 1,455 bytes. The server cuts what exceeds 500 characters.
 * @param {string} imei
 */
export const longErrorOf = (imei) => `${imei}${'長'.repeat(480)}`;

/**
 * Creates a message for each device of the account, in mixed order: its usage, with the forms in turn, or a long error.
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
      check({ status, body }) {
        if (status !== 200) throw new Error(`a message got status ${status}: ${body.toString().slice(0, 500)}`);
      },
    };
  };
}

/**
 * Returns what must be stored after that many usage messages were confirmed.
 * @param {number} messages at most one for each device
 */
export function storedAfter(messages) {
  const devices = devicesOfAccount();
  const sent = Array.from({ length: messages }, (_, index) => usageOf(deviceOf(devices, index)));
  return { devices: messages, bytes: sent.reduce((sum, { bytesTransferred }) => sum + bytesTransferred, 0) };
}

/**
 * @param {string[]} devices
 * @param {number} sent
 */
const deviceOf = (devices, sent) => devices[(sent * stride) % devices.length];
