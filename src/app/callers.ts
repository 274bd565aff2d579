import type { IncomingMessage, RequestListener } from 'node:http';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { createAdmission, type Admission } from '../http/admission.ts';
import { createProtectHost, type ProtectHost } from '../http/allowed-hosts.ts';
import { createAuthenticate, type Authenticate } from '../http/auth/authenticate.ts';
import type { FetchKeySet } from '../http/auth/signing-keys.ts';
import { createCpuShare } from '../http/cpu-share.ts';
import { createGuard, type Guard } from '../http/guard.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { createPrincipalRate, createToPrincipalKey, type ToPrincipalKey } from '../http/rate-limit.ts';
import { closeStalled } from '../http/stalled-responses.ts';
import type { Log } from '../log.ts';

export interface CallersOptions {
  readonly config: Pick<Config, 'auth' | 'limits' | 'server'>;
  readonly fetchKeySet: FetchKeySet;
  /** Whether a request asks for nothing private. */
  readonly isOpen: (request: IncomingMessage) => boolean;
  /** CPU time of the process so far, in milliseconds; null if it is not known. */
  readonly cpuTimeMs: (() => number) | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
}

/** Who calls, and how much each of them may. */
export interface Callers {
  readonly authenticate: Authenticate;
  readonly guard: Guard;
  readonly protectHost: ProtectHost;
  /** Passes on requests that name an allowed host and whose sender is known and within the limits. */
  readonly protect: (listener: RequestListener) => RequestListener;
  readonly admission: Admission;
  readonly toPrincipalKey: ToPrincipalKey;
  /** Identifies the caller of an admitted request: the same text for all its requests. */
  readonly principalOf: (request: IncomingMessage) => string;
  /** In how many milliseconds the caller may use the CPU again; 0 if it may now. */
  readonly pauseMs: (principal: string) => number;
  /** The same by a request of the caller. Null if CPU time is not limited. */
  readonly cpuWaitMs: ((request: IncomingMessage) => number) | null;
  /** Waits until the caller of a request may begin work, and resolves with the same. Null if CPU time is not limited. */
  readonly takeCpuTurn: ((request: IncomingMessage) => Promise<number>) | null;
  close(): void;
}

/** Creates the checks that every request passes. */
export async function createCallers(options: CallersOptions): Promise<Callers> {
  const { config, fetchKeySet, isOpen, cpuTimeMs, clock, log, logUnexpected } = options;
  const { auth, limits, server } = config;
  const toPrincipalKey = createToPrincipalKey({
    trustedProxies: server.trustedProxies,
    principalsAreVerified: !auth.callersBringTokens,
  });
  const cpuShare = createCpuShare({ share: limits.cpuSharePerPrincipal, clock, cpuTimeMs });
  const rate = createPrincipalRate({ perMinute: limits.rateLimitPerMinute, now: clock.monotonic });
  const admission = createAdmission({ rate, cpuShare });
  const authenticate = await createAuthenticate({ config: auth, fetchKeySet, clock, log });
  const guard = createGuard({ authenticate, isOpen, admission, toPrincipalKey, logUnexpected });
  const protectHost = createProtectHost({ ...auth, ...server });
  const principalOf = (request: IncomingMessage): string => toPrincipalKey(request, guard.accessOf(request));
  return {
    authenticate,
    guard,
    protectHost,
    protect: (listener) => closeStalled(protectHost(guard.protect(listener))),
    admission,
    toPrincipalKey,
    principalOf,
    pauseMs: (principal) => cpuShare?.waitMs(principal) ?? 0,
    cpuWaitMs: cpuShare === null ? null : (request) => cpuShare.waitMs(principalOf(request)),
    takeCpuTurn: cpuShare === null ? null : (request) => cpuShare.takeTurn(principalOf(request)),
    close: () => cpuShare?.close(),
  };
}
