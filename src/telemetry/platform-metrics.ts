import { createBoundedLabels, OTHER } from './bounded-labels.ts';
import { PLATFORM_METRICS } from './platform-metric-list.ts';
import type { MetricRegistry } from './registry.ts';

/** An attempt to call the platform that has ended. */
export interface PlatformCall {
  readonly endpoint: string;
  /** The HTTP status, or why there is none. */
  readonly status: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Null if it names none. */
  readonly devices: number | null;
  readonly milliseconds: number;
}

/** What is read when the metrics are. */
export interface PlatformState {
  readonly load: { readonly running: number; readonly waiting: number };
  /** The accounts whose circuit breakers are open; null is the platform. */
  readonly openBreakers: Iterable<string | null>;
  /** How many more logins may fail; null if that is not known. */
  readonly signInsLeft: number | null;
}

/** Hears of calls to the platform. */
export interface PlatformMetrics {
  readonly onCall: (call: PlatformCall) => void;
  readonly onLogin: (outcome: string) => void;
  readonly update: (state: PlatformState) => void;
}

/** Each account is a time series of its own while its breaker is open. */
const MAX_ACCOUNTS = 50;
const MAX_STATUSES = 60;
const MAX_ATTEMPT = 4;

/** Creates the metrics of calls to the platform. */
export function createPlatformMetrics(registry: MetricRegistry): PlatformMetrics {
  const duration = registry.histogram(PLATFORM_METRICS.upstreamDuration);
  const calls = registry.counter(PLATFORM_METRICS.upstreamCalls);
  const callDevices = registry.histogram(PLATFORM_METRICS.upstreamDevices);
  const running = registry.gauge(PLATFORM_METRICS.upstreamRunning);
  const waiting = registry.gauge(PLATFORM_METRICS.upstreamWaiting);
  const signIns = registry.counter(PLATFORM_METRICS.signIns);
  const loginsLeft = registry.gauge(PLATFORM_METRICS.signInsLeft);
  const breakers = registry.gauge(PLATFORM_METRICS.breakerOpen);
  const toStatus = createBoundedLabels(MAX_STATUSES);

  return {
    onCall({ endpoint, status, attempt, devices, milliseconds }) {
      duration.observe({ endpoint }, milliseconds / 1_000);
      const attemptLabel = attempt < MAX_ATTEMPT ? String(attempt) : `${MAX_ATTEMPT}+`;
      calls.inc({ endpoint, status: toStatus(status), attempt: attemptLabel });
      if (devices !== null) callDevices.observe({ endpoint }, devices);
    },
    onLogin: (outcome) => signIns.inc({ outcome }),
    update({ load, openBreakers, signInsLeft }) {
      running.set(load.running);
      waiting.set(load.waiting);
      if (signInsLeft === null) loginsLeft.remove();
      else loginsLeft.set(signInsLeft);
      breakers.reset();
      const toAccount = createBoundedLabels(MAX_ACCOUNTS);
      let others = 0;
      for (const accountNumber of openBreakers) {
        const account = accountNumber === null ? '(platform)' : toAccount(accountNumber);
        if (account === OTHER) others += 1;
        breakers.set({ account }, account === OTHER ? others : 1);
      }
    },
  };
}
