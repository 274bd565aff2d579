import type { IncomingMessage } from 'node:http';
import type { Access } from '../domain/access.ts';
import { toAddressKey, toClientAddress } from './client-address.ts';
import { createRateLimit, type RateVerdict } from './rate-limit.ts';

/** Whether a request may still be answered; its access is null where nobody knows who sends it. */
export type CallerRate = (request: IncomingMessage, access: Access | null) => RateVerdict;

export interface CallerRateOptions {
  /** 0 for as many as come. */
  readonly perMinute: number;
  readonly trustedProxies: number;
  /** Whether the callers named were proved to be who they are; where they were not, anybody could be a new one with each request. */
  readonly callersAreProved: boolean;
  readonly now: () => number;
}

/** Counts requests by who is known to send them, and by their address where nobody is. */
export function createCallerRate(options: CallerRateOptions): CallerRate {
  const { perMinute, trustedProxies, callersAreProved, now } = options;
  if (perMinute === 0) return () => ({ allowed: true, retryAfterSeconds: 0 });
  const limit = createRateLimit({ perMinute, now });
  return (request, access) => {
    const caller = callersAreProved ? (access?.caller ?? null) : null;
    const key = caller ?? toAddressKey(toClientAddress(request, trustedProxies));
    return limit.take(`${caller === null ? 'address' : 'caller'} ${key}`);
  };
}
