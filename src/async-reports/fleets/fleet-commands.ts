import { hash } from 'node:crypto';
import type { Access } from '../../domain/access.ts';
import { maySeeReport } from '../../domain/access.ts';
import type { AccountNumber } from '../../domain/account.ts';
import { ReportError } from '../../domain/errors.ts';
import type { FleetOutcome, FleetStore } from '../store/fleet-store.ts';
import { toKeyOwner } from '../device-lists/list-owner.ts';
import { MAX_LIST_BYTES, MAX_LISTS, MAX_LISTS_PER_PRINCIPAL } from '../device-lists/list-limits.ts';
import type { UploadLinks } from '../device-lists/upload-links.ts';

/** Who asks. */
export interface FleetCaller {
  readonly access: Access;
  /** Identifies the caller as the limits do. */
  readonly principal: () => string;
}

/** A list that may be uploaded. */
export interface DeviceListUpload {
  readonly id: string;
  /** Path and query. */
  readonly path: string;
  readonly expiresAtMs: number;
  readonly maxBytes: number;
}

/** A fleet report to request. */
export interface FleetOrder {
  readonly accountNumber: AccountNumber;
  readonly listId: string;
  readonly inputJson: string;
  /** A text that is equal for equal inputs. */
  readonly inputFingerprint: string;
  /** Null for FLEET_PARTS_PER_MINUTE. */
  readonly partsPerMinute: number | null;
  /** Null if the caller sent none. */
  readonly idempotencyKey: string | null;
}

/** What callers do about fleet reports. Each may reject with ReportError or StoreError. */
export interface FleetCommands {
  createUpload(caller: FleetCaller, accountNumber: AccountNumber | null): Promise<DeviceListUpload>;
  /** Returns the id of the report; that of an earlier one with the same key. */
  request(caller: FleetCaller, order: FleetOrder): Promise<string>;
  /** Stops what was not sent. */
  cancel(caller: FleetCaller, id: string): Promise<void>;
}

export interface FleetCommandsOptions {
  readonly store: FleetStore;
  readonly links: UploadLinks;
  readonly now: () => number;
  readonly newId: () => string;
  readonly lifetimeMs: number;
  readonly partsPerMinute: number;
  /** False if callers bring tokens of their own: then this server can request nothing when they are gone. */
  readonly canRequest: boolean;
}

/** Fleet reports of a caller that can be open at once. */
const MAX_OPEN_PER_PRINCIPAL = 10;

export function createFleetCommands(options: FleetCommandsOptions): FleetCommands {
  const { store, links, now, newId, lifetimeMs, partsPerMinute: usual, canRequest } = options;
  const rejectIfUnable = (): void => {
    if (!canRequest) throw new ReportError('FORBIDDEN', WITHOUT_CREDENTIALS);
  };
  return {
    async createUpload({ access, principal }, accountNumber) {
      rejectIfUnable();
      const id = newId();
      const expiresAtMs = now() + lifetimeMs;
      const list = { id, accountNumber, owner: toKeyOwner(access), principal: toDigest(principal()), expiresAtMs };
      if (!(await store.createList(list, MAX_LISTS_PER_PRINCIPAL, MAX_LISTS))) throw toTooManyLists();
      return { id, path: links.write(id, expiresAtMs), expiresAtMs, maxBytes: MAX_LIST_BYTES };
    },
    async request({ access, principal }, order) {
      rejectIfUnable();
      const { accountNumber, listId, inputJson, inputFingerprint, partsPerMinute, idempotencyKey } = order;
      const keyOwner = toKeyOwner(access);
      const key = idempotencyKey ?? newId();
      const outcome = await store.add(
        {
          ...{ id: newId(), accountNumber, owner: access.owner, keyOwner, listId, inputJson, inputFingerprint },
          principal: toDigest(principal()),
          partsPerMinute: partsPerMinute ?? usual,
          key: { accountNumber, idempotencyKey: keyOwner === '' ? key : `${keyOwner}\n${key}` },
        },
        MAX_OPEN_PER_PRINCIPAL,
      );
      if (outcome.kind === 'added' || outcome.kind === 'known') return outcome.id;
      throw toRequestError(outcome.kind);
    },
    async cancel({ access }, id) {
      const fleet = await store.findOwn(id);
      if (fleet === null || !maySeeReport(access, fleet)) throw toFleetNotFound();
      await store.cancel(id);
    },
  };
}

/** An address is nothing to store. */
function toDigest(principal: string): string {
  return hash('sha256', principal);
}

/** Returns the NOT_FOUND error for a fleet report that does not exist, or that the principal may not see. */
export function toFleetNotFound(): ReportError {
  return new ReportError(
    'NOT_FOUND',
    'There is no such fleet report on your accounts. Send an id that requestFleetReport returned; reports are stored for RETENTION_DAYS.',
  );
}

const WITHOUT_CREDENTIALS =
  'Fleet reports are requested over minutes, by credentials of the server, and it has none. Request reports on up to 10,000 devices ' +
  'with requestAggregatedReport.';

function toTooManyLists(): ReportError {
  const limit = MAX_LISTS_PER_PRINCIPAL;
  const wayOut = 'Request reports on those that you have, or wait until they expire.';
  return new ReportError('BUDGET_EXCEEDED', `There are too many lists of devices; you can have ${limit}. ${wayOut}`, {
    budget: { cost: null, limit, wayOut },
  });
}

function toRequestError(kind: Exclude<FleetOutcome['kind'], 'added' | 'known'>): ReportError {
  const argumentPath = ['input', 'deviceListId'];
  switch (kind) {
    case 'conflict':
    case 'uncertain':
    case 'pending':
      return new ReportError(
        'IDEMPOTENCY_CONFLICT',
        'This idempotency key was used before with different input. Send a new key for a new report.',
      );
    case 'too-many': {
      const limit = MAX_OPEN_PER_PRINCIPAL;
      const wayOut = 'Wait until one of them is complete, or cancel one.';
      const message = `You have ${limit} fleet reports that are not complete, which is the maximum. ${wayOut}`;
      return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost: limit + 1, limit, wayOut } });
    }
    case 'no-list':
      return toListError(
        argumentPath,
        'You have no such list of devices for this account: it was used by a report, or has expired. Create one with createDeviceListUpload.',
      );
    case 'not-uploaded':
      return toListError(
        argumentPath,
        'This list was not uploaded yet. PUT it to the url of createDeviceListUpload first.',
      );
  }
}

function toListError(argumentPath: readonly string[], message: string): ReportError {
  return new ReportError('BAD_USER_INPUT', `${argumentPath.join('.')}: ${message}`, {
    faults: [{ argumentPath, message }],
  });
}
