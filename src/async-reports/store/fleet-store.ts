import type { AccountNumber } from '../../domain/account.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageTotals } from '../../domain/usage-totals.ts';
import type { Fleet, FleetStatus, PartFailure, Repeat } from '../fleet.ts';
import type { IdempotencyKey } from '../idempotency.ts';
import type { Page, PageQuery } from './page.ts';

/** A list of devices that a caller may upload, or has. */
export interface DeviceList {
  readonly id: string;
  /** Null if it is for any account that its caller may access. */
  readonly accountNumber: AccountNumber | null;
  readonly owner: string;
  readonly expiresAtMs: number;
}

export interface NewDeviceList extends DeviceList {
  readonly principal: string;
}

/** Selects fleet reports of an account and owner. */
export type FleetFilter = Pick<Fleet, 'accountNumber' | 'owner'>;

/** A fleet report to store. */
export interface NewFleet {
  readonly id: string;
  readonly accountNumber: AccountNumber;
  readonly owner: string;
  /** The principal that the list and the idempotency key belong to; empty if callers are not identified. */
  readonly keyOwner: string;
  readonly principal: string;
  readonly listId: string;
  readonly inputJson: string;
  readonly inputFingerprint: string;
  readonly partsPerMinute: number;
  readonly key: IdempotencyKey;
}

/**
 * added, known (by its idempotency key): the report has this id. conflict: the key was used with different input. uncertain, pending:
 * another request uses the key. no-list, not-uploaded: there is nothing to report on. too-many: the caller has too many open reports.
 */
export type FleetOutcome =
  | { readonly kind: 'added' | 'known'; readonly id: string }
  | { readonly kind: 'conflict' | 'uncertain' | 'pending' | 'no-list' | 'not-uploaded' | 'too-many' };

/** A part whose request may be sent now. */
export interface BegunPart {
  readonly imeis: readonly Imei[];
  /** Different each time that a request got no usable response. */
  readonly attempt: number;
  /** Whether the report was cancelled, so that a request which was not sent must not be. */
  readonly isCancelled: boolean;
}

export interface FleetRetention {
  readonly fleets: number;
  readonly deviceLists: number;
}

/** Stores fleet reports, and the lists that they are made from. Every promise may reject with a StoreError. */
export interface FleetStore {
  /** Returns false, and stores nothing, if the caller has `maxOfPrincipal` lists, or if there are `maxInAll`. Expired ones do not count. */
  createList(list: NewDeviceList, maxOfPrincipal: number, maxInAll: number): Promise<boolean>;
  /** Null if there is none, or if it was uploaded. */
  findOpenList(id: string): Promise<DeviceList | null>;
  /** Stores ascending IMEIs of an upload. They count for nothing until `finishList`. */
  savePart(upload: string, part: number, imeis: string, devices: number): Promise<void>;
  /** Makes the upload the content of the list. Returns false if another one is. */
  finishList(id: string, upload: string, devices: number, expiresAtMs: number): Promise<boolean>;
  removeUpload(upload: string): Promise<void>;

  /** Stores the report in one commit with its idempotency key, and the list is gone. */
  add(fleet: NewFleet, maxOpenOfPrincipal: number): Promise<FleetOutcome>;
  /** Null if there is none. */
  find(id: string): Promise<Fleet | null>;
  /** Returns reports of an account and owner, newest first. Rejects with BAD_CURSOR. */
  list(filter: FleetFilter, page: PageQuery): Promise<Page<Fleet>>;
  count(filter: FleetFilter): Promise<number>;
  /** The same as `find`, for the server itself. */
  findOwn(id: string): Promise<Fleet | null>;
  /** The IMEIs of a part that was not accepted, ascending; empty if it was. */
  imeisOf(id: string, part: number): Promise<readonly Imei[]>;
  /** Calls `listener` after each change of the report itself, and after any gap in notifications. Returns the function that stops it. */
  subscribe(id: string, listener: () => void): () => void;
  /** Cancels what was not sent. Does nothing if there is nothing. */
  cancel(id: string): Promise<void>;

  /** The reports that there is something to do about, oldest first. */
  openIds(): Promise<readonly string[]>;
  /** Calls `listener` when there can be another one. */
  onOpened(listener: () => void): () => void;
  /** Notes that the request of a part may be sent. Null if it need not be. */
  beginPart(id: string, part: number): Promise<BegunPart | null>;
  /** Notes that the platform accepted a part. */
  acceptPart(id: string, part: number, txid: string): Promise<void>;
  /** Notes that a request got no usable response, and that another one may be sent. */
  repeatPart(id: string, part: number, repeat: Repeat): Promise<void>;
  /** Notes that a part will not be sent; `failure` null if because it was cancelled. */
  endPart(id: string, part: number, failure: PartFailure | null): Promise<void>;
  /** Adds parts for devices that are to be requested again. */
  addRound(id: string, round: number, parts: readonly (readonly Imei[])[]): Promise<void>;
  noteMerged(id: string, part: number, revision: number): Promise<void>;
  noteTotals(id: string, part: number, revision: number, totals: UsageTotals): Promise<void>;
  /** Notes that nothing is left to do. */
  close(id: string): Promise<void>;

  /** Counts the reports that were requested since then, by status. */
  countByStatus(sinceMs: number): Promise<Readonly<Record<FleetStatus, number>>>;
  /** Removes reports older than the retention with their parts, expired lists, and uploads that nobody finished. */
  removeExpired(): Promise<FleetRetention>;
}
