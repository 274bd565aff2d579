import { checkUsage, type ReportedUsage } from '../../checks/usage.ts';
import type { AskedWindow } from '../../oracle.ts';
import type { GraphqlAnswer } from '../client.ts';
import { failure, RIGHT, together, wrong, type Checked } from '../outcome.ts';
import type { Operation, OperationSetup } from './operation.ts';

const USAGE = 'imei usage(startDate: $startDate, endDate: $endDate) { numberOfSessions bytesTransferred }';
const DEVICE = `query ($imei: IMEI!, $startDate: ReportDate, $endDate: ReportDate) { found: device(imei: $imei) { ${USAGE} } }`;
const DEVICES = `query ($imei: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) { found: devices(imei: $imei) { ${USAGE} } }`;
const ENTITIES = `query ($representations: [_Any!]!, $startDate: ReportDate, $endDate: ReportDate) {
  found: _entities(representations: $representations) { ... on Device { ${USAGE} } }
}`;

interface Device {
  readonly imei: string;
  readonly usage: Omit<ReportedUsage, 'imei'> | null;
}

interface Data {
  readonly found: Device | readonly (Device | null)[] | null;
}

/** Devices with their usage: one, several, and as entities of a federated graph. */
export function createDeviceOperations({ client, oracle, chance }: OperationSetup): Operation[] {
  const run = async (
    query: string,
    imeis: readonly string[],
    window: AskedWindow,
    variables: Record<string, unknown>,
  ): Promise<Checked> => {
    const answer = await client.query<Data>(query, { ...variables, ...window });
    const found = toList(answer.data?.found ?? null);
    if (found.length === 0) return failure(codesWithin(answer, () => true));
    if (found.length !== imeis.length) return wrong(`${found.length} devices were returned for ${imeis.length}`);
    const isList = found.length > 1 || Array.isArray(answer.data?.found);
    const nowMs = Date.now();
    return together(
      imeis.map((imei, index) => {
        const device = found[index] ?? null;
        const codes = codesWithin(answer, (path) => !isList || path?.[1] === index);
        if (codes.length === 0) {
          if (device?.imei !== imei) return wrong(`${device?.imei ?? 'nothing'} was returned for ${imei}`);
          return checkUsage(imei, device.usage, { imeis, window, fromMs: nowMs, toMs: nowMs, rejected: [] }, oracle);
        }
        const isExpected = oracle.truthOf(imei, window, nowMs, nowMs).kind === 'error';
        return isExpected && codes.every((code) => code === 'UPSTREAM_NOT_FOUND') ? RIGHT : failure(codes);
      }),
    );
  };
  return [
    {
      name: 'device',
      needs: ['platform'],
      weight: 1,
      run() {
        const [imei = ''] = chance.imeis(1);
        return run(DEVICE, [imei], chance.settledWindow(), { imei });
      },
    },
    {
      name: 'devices',
      needs: ['platform'],
      weight: 1.5,
      run() {
        const imei = chance.imeis(chance.integer(1, 15));
        return run(DEVICES, imei, chance.settledWindow(), { imei });
      },
    },
    {
      name: '_entities',
      needs: ['platform'],
      weight: 1.5,
      run() {
        const imeis = chance.imeis(chance.integer(1, 15));
        const representations = imeis.map((imei) => ({ __typename: 'Device', imei }));
        return run(ENTITIES, imeis, chance.settledWindow(), { representations });
      },
    },
  ];
}

function toList(found: Data['found']): readonly (Device | null)[] {
  if (found === null) return [];
  return 'imei' in found ? [found] : found;
}

function codesWithin(
  { errors }: GraphqlAnswer<unknown>,
  concerns: (path: readonly (string | number)[] | undefined) => boolean,
): string[] {
  return errors.filter(({ path }) => concerns(path)).map(({ extensions }) => extensions?.code ?? 'NO_CODE');
}
