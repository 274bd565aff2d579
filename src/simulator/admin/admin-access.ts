import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';

/** The names and addresses of this machine, with or without a port. A website cannot make a browser send one for its own name. */
const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const READING_METHODS: readonly string[] = ['GET', 'HEAD'];
/** `none`: not sent by a page, but by the user. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];
/** The types of forms besides text/plain, which some clients send by default. */
const FORM_TYPE = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/**
 * Returns null if the call may use the admin API, otherwise the reply that rejects it. The API has no tokens, so it is open to
 * programs on this machine, and closed to websites in a browser on it.
 */
export function rejectForeign({ method, headers }: Pick<Call, 'method' | 'headers'>): Reply | null {
  const { host = '', origin, 'sec-fetch-site': site = 'none', 'content-type': type = '' } = headers;
  if (!LOOPBACK_HOST.test(host)) {
    return jsonReply(403, {
      error: 'The admin API is open only on this machine. Use http://127.0.0.1 or http://localhost.',
    });
  }
  if (READING_METHODS.includes(method)) return null;
  if (!OWN_SITES.includes(site) || (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)) {
    return jsonReply(403, { error: 'Pages of other sites must not change the simulator.' });
  }
  if (FORM_TYPE.test(type)) return jsonReply(415, { error: 'Content-Type must be application/json.' });
  return null;
}
