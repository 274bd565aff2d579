import type { PartStage } from '../fleet.ts';

/** A list of devices that a caller uploads. It is deleted when a fleet report uses it, or when it expires. Times are epoch milliseconds. */
export interface DeviceListRow {
  id: string;
  /** Empty if the caller named none, and has no default. */
  account_number: string;
  /** The principal that it belongs to; empty if callers are not identified. */
  owner: string;
  /** A digest of what limits identify the caller by. */
  principal: string;
  expires_at: number;
  /** Names the rows of `fleet_parts` that have its devices; null until it was uploaded. */
  upload: string | null;
  devices: number;
}

export interface FleetReportRow {
  id: string;
  account_number: string;
  /** The principal that the report belongs to; empty if everyone with access to the account may see it. */
  owner: string;
  principal: string;
  upload: string;
  input_json: string;
  parts_per_minute: number;
  requested_at: number;
  cancelled_at: number | null;
  /** 1 while there is something to do about it, else 0. */
  is_open: number;
  revision: number;
}

/** Up to 10,000 devices of an upload, and what became of their request. */
export interface FleetPartRow {
  upload: string;
  part: number;
  /** 0 for a part of the upload; else how often devices that were missing had been requested again. */
  round: number;
  devices: number;
  /** The first of its devices. It tells which part a device belongs to, so it stays, unless that device is erased. */
  first_imei: string;
  /** Ascending, with line feeds between them. Empty once the request was accepted, because the report then has them. */
  imeis: string;
  stage: PartStage;
  /** How many of its requests may have started a report without a usable response. */
  attempt: number;
  created_at: number;
  began_at: number | null;
  txid: string | null;
  uncertain_json: string;
  failure_json: string | null;
  totals_json: string | null;
  /** The revision of the report that the totals belong to. */
  totals_revision: number;
  merged_revision: number;
}
