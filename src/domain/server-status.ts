import type { DaySoFar } from './day-counts.ts';

/** What came of report calls, and of what would have been calls. */
export const NO_CALLS = { sent: 0, shared: 0, cached: 0 };
export type CallCount = keyof typeof NO_CALLS;
/** What came of callback messages. */
export const NO_CALLBACKS = { stored: 0, spooled: 0, rejected: 0, 'no-room': 0, failed: 0 };
export type CallbackCount = keyof typeof NO_CALLBACKS;

/** What a server says about itself to its operators. It contains no secret, no address, and nothing about an account. */
export interface ServerStatus {
  readonly version: string;
  readonly startedAtMs: number;
  readonly uptimeSeconds: number;
  readonly store: StoreStatus;
  /** Null if callers send their own tokens. */
  readonly signIn: SignInStatus | null;
  readonly breaker: BreakerStatus;
  readonly pace: PaceStatus;
  readonly calls: DaySoFar<CallCount>;
  /** Whether the platform was last seen to post the messages of every account to this server; null if nobody has looked. */
  readonly hasListener: boolean | null;
  readonly callbacks: DaySoFar<CallbackCount>;
  /** The same of all servers; null if the store does not say. */
  readonly allServers: AllServersDay | null;
  /** Null if no usage is recorded. */
  readonly record: RecordStatus | null;
}

/** What all servers on one database have done today. */
export interface AllServersDay {
  /** How many of them run, this one included. */
  readonly servers: number;
  readonly calls: DaySoFar<CallCount>;
  readonly callbacks: DaySoFar<CallbackCount>;
}

export interface StoreStatus {
  readonly kind: 'SQLITE' | 'POSTGRESQL';
  readonly isAvailable: boolean;
  /** Whether callback messages wait on disk for it. */
  readonly isSpooling: boolean;
}

export interface SignInStatus {
  readonly isWorking: boolean;
  /** Failed logins that are possible before sign-in is blocked; null if the store does not say. */
  readonly strikesLeft: number | null;
}

export interface BreakerStatus {
  /** Whether that of the platform is open. */
  readonly isOpen: boolean;
  readonly openAccounts: number;
}

export interface RecordStatus {
  /** The time zone of the recorded days: an IANA name in capitals. */
  readonly zoneName: string;
  readonly recordedDays: number;
  /** Days that are settled, still known to the platform, and not recorded; as found by this server. */
  readonly dueDays: number;
  /** Whether reports arrive by callback; null if this server has recorded nothing since it started. */
  readonly isListening: boolean | null;
  /** When a day was recorded last, in epoch milliseconds; null if none is. */
  readonly lastRecordedAtMs: number | null;
}

export interface PaceStatus {
  /** Null if it is not limited. */
  readonly callsPerSecond: number | null;
  readonly pausedAccounts: number;
}
