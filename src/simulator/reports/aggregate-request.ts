import type { UsageWindow } from '../fleet/usage.ts';
import type { Call } from '../http/call.ts';
import { optionalText, readJsonBody, requiredText } from '../http/json-object.ts';
import type { Access } from '../sign-in/access.ts';
import { requireHeader, requireSameFilter } from './header-copies.ts';
import { parseImeis, parseNoSessionFlag, type ContractVersion } from './report-fields.ts';
import { resolveWindow } from './report-window.ts';

export interface AggregateRequest {
  accountNumber: string;
  /** Empty: every device of the account. */
  imeis: readonly string[];
  window: UsageWindow;
  deviceGroup: string | undefined;
  deviceLabel: string | undefined;
  dataPlan: string | undefined;
  onlyWithoutSessions: boolean;
}

export interface AggregateRequestRules {
  access: Access;
  version: ContractVersion;
  now: () => number;
  maxImeis: number;
}

/** Parses a request for an aggregated report as the version of the contract requires. Throws InvalidInput or PlatformError. */
export function parseAggregateRequest(call: Call, rules: AggregateRequestRules): AggregateRequest {
  const { access, version, now, maxImeis } = rules;
  const body = readJsonBody(call);
  const accountNumber = requiredText(body, 'accountNumber');
  if (version === 'older') requireHeader(call, 'accountNumber', accountNumber);
  access.requireAccount(accountNumber);
  const imeis = parseImeis(body.imei, maxImeis);
  const copied = {
    startDate: optionalText(body, 'startDate'),
    endDate: optionalText(body, 'endDate'),
    deviceGroup: optionalText(body, 'deviceGroup'),
    dataPlan: optionalText(body, 'dataPlan'),
    noSessionFlag: parseNoSessionFlag(body, version),
  };
  if (version === 'older') {
    requireHeader(call, 'imei', String(imeis.length));
    for (const [name, value] of Object.entries(copied)) requireSameFilter(call, name, value);
  }
  return {
    accountNumber,
    imeis,
    window: resolveWindow(copied.startDate, copied.endDate, now()),
    deviceGroup: copied.deviceGroup,
    deviceLabel: optionalText(body, 'deviceLabel'),
    dataPlan: copied.dataPlan,
    onlyWithoutSessions: copied.noSessionFlag === 'true',
  };
}
