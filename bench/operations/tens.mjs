const devicesPerCall = 10;

/**
 * Divides devices into the lists of calls. No devices, which means the whole account, is one call.
 * @param {string[]} imei
 */
export function inTens(imei) {
  const tens = [];
  for (let at = 0; at < imei.length; at += devicesPerCall) tens.push(imei.slice(at, at + devicesPerCall));
  return tens.length === 0 ? [[]] : tens;
}
