import { Agent } from 'node:http';
import fetch from 'node-fetch';
import { accountNumber } from '../expected-usage.mjs';
import { platformHeaders } from './platform-headers.mjs';

/** @typedef {{ startDate: string, endDate: string }} Window */

/**
 * Makes the report calls with node-fetch and keep-alive connections.
 * @param {string} baseUrl
 */
export function createPlatform(baseUrl) {
  const agent = new Agent({ keepAlive: true });
  const headers = { ...platformHeaders, 'content-type': 'application/json' };

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  async function post(path, body) {
    const response = await fetch(`${baseUrl}${path}`, { method: 'POST', agent, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the upstream call failed with status ${response.status}`);
    return response.json();
  }

  return {
    /** @param {Window} window @param {string[]} imei */
    usage: async ({ startDate, endDate }, imei) =>
      (await post('/hyper-precise/v1/report/aggregate', { accountNumber, imei, startDate, endDate })).usage,
    /** @param {Window & { imei: string }} input */
    sessions: ({ imei, startDate, endDate }) =>
      post('/hyper-precise/v1/report/sessions', { accountNumber, imei, startDate, endDate }),
  };
}
