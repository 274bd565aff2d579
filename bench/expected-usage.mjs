export const accountNumber = '0844021539-00001';
export const accountDevices = 10_000;
export const busyDevice = '990000000005000';
const busyDeviceSessions = 5_000;

/**
 * Returns the usage that the fake upstream reports for a device. It depends only on the IMEI, so every response can be checked.
 * @param {string} imei
 */
export function usageOf(imei) {
  const seed = Number(imei.slice(-7));
  return { imei, numberOfSessions: 1 + (seed % 97), bytesTransferred: 1 + ((seed * 7919) % 9_000_000_000) };
}

/**
 * Returns all devices of the account.
 * @returns {string[]}
 */
export function devicesOfAccount() {
  return Array.from({ length: accountDevices }, (_, index) => `86${String(index).padStart(13, '0')}`);
}

/**
 * Returns the sessions that the fake upstream reports for a device.
 * @param {string} imei
 * @param {{ startDate: string, endDate: string }} window
 */
export function sessionsOf(imei, window) {
  const count = imei === busyDevice ? busyDeviceSessions : 3;
  const from = Date.parse(window.startDate);
  const stepMs = Math.floor((Date.parse(window.endDate) - from) / (count + 1));
  return Array.from({ length: count }, (_, index) => ({
    startTime: new Date(from + index * stepMs).toISOString(),
    endTime: new Date(from + index * stepMs + stepMs / 2).toISOString(),
    numBytes: 1 + (((Number(imei.slice(-5)) + index) * 104_729) % 9_000_000_000),
  }));
}
