import { PATHS } from './admin.ts';
import { WINDOW, type AsyncWorld } from './async-world.ts';
import type { Answer } from './world.ts';

/** A server, for one caller. */
export interface FleetClient {
  query(document: string, variables?: Record<string, unknown>): Promise<Answer>;
}

/** The fields of a fleet report that tests look at. */
export interface ShownFleet {
  readonly id: string;
  readonly status: string;
  readonly requestedDevices: number;
  readonly receivedDevices: number;
  readonly failedDevices: number;
  readonly progress: number;
  readonly partCount: number;
  readonly parts: readonly { readonly txid: string; readonly expectedDevices: number; readonly status: string }[];
  readonly repeats: readonly { readonly reason: string; readonly devices: number }[];
  readonly rejections: readonly { readonly part: number; readonly devices: number; readonly code: string }[];
  readonly missing: { readonly totalCount: number };
}

const FIELDS = `id status requestedDevices receivedDevices failedDevices progress partCount
  parts { txid expectedDevices status } repeats { reason devices } rejections { part devices code } missing { totalCount }`;
const REQUEST = `mutation ($input: RequestFleetReportInput!) { requestFleetReport(input: $input) { ${FIELDS} } }`;

/** Creates a list for upload. */
export async function createUpload({ query }: FleetClient): Promise<{
  readonly id: string;
  readonly url: string;
  readonly expiresAt: string;
  readonly maxBytes: number;
}> {
  const text = 'mutation { createDeviceListUpload { id url method expiresAt maxBytes } }';
  const { data, errors } = await query(text, {});
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return (data as { createDeviceListUpload: { id: string; url: string; expiresAt: string; maxBytes: number } })
    .createDeviceListUpload;
}

/** Uploads a list of devices, and returns its id. */
export async function uploadList(world: FleetClient, imeis: readonly string[]): Promise<string> {
  const { id, url } = await createUpload(world);
  const response = await fetch(url, { method: 'PUT', body: imeis.join('\n') });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return id;
}

/** Requests a fleet report on an uploaded list. */
export async function requestFleet(
  { query }: FleetClient,
  deviceListId: string,
  input: Record<string, unknown> = {},
): Promise<ShownFleet> {
  const variables = { input: { deviceListId, partsPerMinute: 600, ...WINDOW, ...input } };
  const { data, errors } = await query(REQUEST, variables);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return (data as { requestFleetReport: ShownFleet }).requestFleetReport;
}

/** Reads a fleet report. */
export async function readFleet({ query }: FleetClient, id: string): Promise<ShownFleet> {
  const { data, errors } = await query(`query ($id: ID!) { fleetReport(id: $id) { ${FIELDS} } }`, { id });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return (data as { fleetReport: ShownFleet }).fleetReport;
}

/** The devices of each request for a report that the platform got, in order. */
export function devicesOfRequests({ platform }: AsyncWorld): string[][] {
  return platform.requestsTo(PATHS.async).map(({ body }) => (JSON.parse(body.toString()) as { imei: string[] }).imei);
}
