import type { IncomingMessage } from 'node:http';
import type { Access } from '../domain/access.ts';
import { toAddressKey, toClientAddress } from './client-address.ts';

/** Whom a limit counts a request for; its access is null where nobody knows who sends it. */
export type ToCallerKey = (request: IncomingMessage, access: Access | null) => string;

export interface CallerKeyOptions {
  readonly trustedProxies: number;
  /** Whether the callers named were proved to be who they are; where they were not, anybody could be a new one with each request. */
  readonly callersAreProved: boolean;
}

/** The caller who is known to send a request, and its address where nobody is. */
export function createToCallerKey({ trustedProxies, callersAreProved }: CallerKeyOptions): ToCallerKey {
  return (request, access) => {
    const caller = callersAreProved ? (access?.caller ?? null) : null;
    return caller === null ? `address ${toAddressKey(toClientAddress(request, trustedProxies))}` : `caller ${caller}`;
  };
}
