import type { RequestListener } from 'node:http';
import type { Config } from '../config/config.ts';
import { withCors } from '../http/cors.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { withRequestId } from '../http/request-id.ts';
import { withValidHead } from '../http/request-head.ts';
import { withSecurityHeaders } from '../http/security-headers.ts';
import type { Shutdown } from '../http/shutdown.ts';
import { withUnexpectedErrors } from '../http/unexpected-errors.ts';

export interface FrontOptions {
  readonly config: Pick<Config, 'cors' | 'server'>;
  readonly shutdown: Pick<Shutdown, 'track'>;
  readonly logUnexpected: LogUnexpected;
}

/** What every request passes first. */
export type Front = (listener: RequestListener) => RequestListener;

/** Creates what every request passes first. */
export function createFront({ config, shutdown, logUnexpected }: FrontOptions): Front {
  return (listener) => {
    const tracked = shutdown.track(withUnexpectedErrors(withCors(withValidHead(listener), config.cors), logUnexpected));
    return withRequestId(withSecurityHeaders(tracked, config.server.trustedProxies));
  };
}
