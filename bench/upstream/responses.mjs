import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { devicesOfAccount, sessionsOf, usageOf } from '../expected-usage.mjs';

const txid = '60c07fff-eeee-4fff-8fff-75e6a7c238f6';
const devicesPerCall = 10;
const json = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value));

/** Creates the response bodies of the fake upstream. Large ones are built once, so that the upstream uses little CPU. */
export function createResponses() {
  const account = json({ txid, usage: devicesOfAccount().map(usageOf) });
  const tooMany = json({ errorCode: 'INVALID_PARAMETER', errorMessage: `more than ${devicesPerCall} devices` });
  /** @type {Map<string, Buffer>} */
  const sessions = new Map();

  return {
    token: { status: 200, body: json({ access_token: 'bench-access', token_type: 'Bearer', expires_in: 3600 }) },
    session: { status: 200, body: json({ sessionToken: 'bench-session' }) },
    unauthorized: { status: 401, body: json({ fault: { code: '900902', message: 'Missing Credentials' } }) },
    tooManyCalls: {
      status: 429,
      headers: { 'retry-after': '1' },
      body: json({ errorCode: 'TOO_MANY_REQUESTS', errorMessage: 'The account has used up its calls of this second.' }),
    },
    notFound: { status: 404, body: json({ errorCode: 'INVALID_PARAMETER', errorMessage: 'no such path' }) },

    /** @param {string[]} imei */
    aggregate(imei) {
      if (imei.length === 0) return { status: 200, body: account };
      if (imei.length > devicesPerCall) return { status: 400, body: tooMany };
      // The contract does not define the order. A server that matches results by position fails here.
      return { status: 200, body: json({ txid, usage: imei.map(usageOf).reverse() }) };
    },

    listeners: { status: 200, body: json([]) },
    queued: () => ({ status: 200, body: json({ txid: randomUUID(), status: 'QUEUED' }) }),

    /** @param {{ imei: string, startDate: string, endDate: string }} request */
    sessions({ imei, startDate, endDate }) {
      const key = `${imei} ${startDate} ${endDate}`;
      let body = sessions.get(key);
      if (!body) {
        body = json({ id: `1${imei.slice(-9)}`, txid, sessions: sessionsOf(imei, { startDate, endDate }) });
        sessions.set(key, body);
      }
      return { status: 200, body };
    },
  };
}
