// A file of its own: the client and the proxy agents send it.
import { VERSION } from '../domain/version.ts';

/** How this server names itself in its requests (RFC 9110, section 10.1.5). */
export const USER_AGENT = `device-reports-graphql/${VERSION}`;
