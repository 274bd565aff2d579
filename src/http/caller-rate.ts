import type { IncomingMessage } from 'node:http';
import type { Access } from '../domain/access.ts';
import type { ToCallerKey } from './caller-key.ts';
import { createRateLimit, type RateVerdict } from './rate-limit.ts';

/** Whether a request may still be answered; its access is null where nobody knows who sends it. */
export type CallerRate = (request: IncomingMessage, access: Access | null) => RateVerdict;

export interface CallerRateOptions {
  /** 0 for as many as come. */
  readonly perMinute: number;
  readonly toCallerKey: ToCallerKey;
  readonly now: () => number;
}

/** Counts the requests of each caller. */
export function createCallerRate({ perMinute, toCallerKey, now }: CallerRateOptions): CallerRate {
  if (perMinute === 0) return () => ({ allowed: true, retryAfterSeconds: 0 });
  const limit = createRateLimit({ perMinute, now });
  return (request, access) => limit.take(toCallerKey(request, access));
}
