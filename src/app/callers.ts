import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { SharedCallers } from '../domain/shared-limits.ts';
import { createAdmission, type Admission } from '../http/admission.ts';
import { createProtectHost, type ProtectHost } from '../http/allowed-hosts.ts';
import { createAuthenticate, type Authenticate } from '../http/auth/authenticate.ts';
import type { FetchKeySet } from '../http/auth/signing-keys.ts';
import { createCpuShare, type TakeCpuTurn } from '../http/cpu-share.ts';
import { createGuard, type Guard } from '../http/guard.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { createOpenElsewhere, type OpenElsewhere } from '../http/open-elsewhere.ts';
import { createRateLimit, createToPrincipalKey, type ToPrincipalKey } from '../http/rate-limit.ts';
import { createSharedRate, type SharedRate } from '../http/shared-rate.ts';
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
  /** Null if CPU time is not limited. */
  readonly takeCpuTurn: TakeCpuTurn | null;
  /** The subscriptions that callers have open at other servers. */
  readonly openElsewhere: OpenElsewhere;
  /** Counts callers together with other servers from now on; null if there are none. */
  shareWith(servers: SharedCallers | null): void;
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
  // Not known yet: the store is opened with what callers may do.
  let servers: SharedCallers | null = null;
  const shared = (): SharedCallers | null => servers;
  const rate = createRate(limits.rateLimitPerMinute, shared, clock);
  const admission = createAdmission({ rate: rate?.take ?? null, cpuShare });
  const openElsewhere = createOpenElsewhere({ shared, server: randomUUID(), after: clock.after });
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
    takeCpuTurn: cpuShare === null ? null : cpuShare.takeTurn,
    openElsewhere,
    shareWith(others) {
      servers = others;
    },
    close() {
      cpuShare?.close();
      rate?.close();
      openElsewhere.close();
    },
  };
}

/** The limit of the requests of each caller; null if there is none (0). */
function createRate(
  perMinute: number,
  shared: () => SharedCallers | null,
  { monotonic, after }: Clock,
): SharedRate | null {
  if (perMinute === 0) return null;
  return createSharedRate({ limit: createRateLimit({ perMinute, now: monotonic }), perMinute, shared, after });
}
