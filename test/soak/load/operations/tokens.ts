import { generateKeyPairSync } from 'node:crypto';
import { MAX_UNKNOWN_MS, toBearer } from '../parties/wallet.ts';
import type { Minted, SoakIssuer } from '../../world/issuer.ts';
import { codesOfEvent, readEvents } from '../events.ts';
import { codesOf, createLoadClient, type LoadClient, type LoadClientOptions } from '../client.ts';
import { toPass, type Pass } from '../pass.ts';
import { failure, RIGHT, together, wrong, type Checked } from '../outcome.ts';
import { FOLLOW, type Progress } from './following.ts';
import type { Operation, OperationSetup } from './operation.ts';
import { REQUEST, type RequestData } from './requests.ts';

const ACCOUNT_OF_OTHERS = '0123456789-00001';
const DEVICE_OF_NOBODY = '990000862471854';
const ASK = `query ($accountNumber: AccountNumber) { device(imei: "${DEVICE_OF_NOBODY}", accountNumber: $accountNumber) { imei } }`;
const UNAUTHENTICATED = '401 UNAUTHENTICATED';
const UNAVAILABLE = '503 AUTHENTICATION_UNAVAILABLE';
const DAY_MS = 86_400_000;
/** How long a subscription may outlive its token. */
const LATE_MS = 1_500;

export interface TokenOperationSetup extends OperationSetup {
  readonly issuer: SoakIssuer;
  readonly reach: Omit<LoadClientOptions, 'showPass'>;
}

/** Checks that hold during every fault: an invalid token is rejected, and a subscription ends when its token expires. */
export function createTokenOperations(setup: TokenOperationSetup): Operation[] {
  const { issuer, reach } = setup;
  const forger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const withHeaders = (headers: Pass['headers']): LoadClient =>
    createLoadClient({ ...reach, showPass: toPass(headers) });
  const { accountNumber } = issuer;
  const expect = async (headers: Pass['headers'], toRight: () => readonly string[]): Promise<Checked> => {
    const answer = await withHeaders(headers).query(ASK, { accountNumber });
    const reported = `${answer.status} ${codesOf(answer).join()}`;
    const right = toRight();
    return right.includes(reported) ? RIGHT : wrong(`the response was ${reported}, not ${right.join(' or ')}`);
  };
  const rejected = (name: string, toHeaders: () => Promise<Pass['headers']>): Operation => ({
    name,
    needs: [],
    weight: 0.3,
    run: async () => expect(await toHeaders(), () => [UNAUTHENTICATED]),
  });

  return [
    rejected('no token', () => Promise.resolve({})),
    rejected('an expired token', async () => toBearer(await issuer.mint(-1_000))),
    rejected('a token for another audience', async () =>
      toBearer(await issuer.mint(60_000, { aud: 'https://others.example' })),
    ),
    rejected('a forged token', async () => toBearer(await issuer.mint(60_000, {}, { key: forger }))),
    {
      name: 'a token with an unknown key',
      needs: [],
      weight: 0.3,
      async run() {
        const headers = toBearer(await issuer.mint(60_000, {}, { key: forger, kid: 'made up' }));
        const askOnce = async (): Promise<Checked> => {
          const wasLost = issuer.isLost();
          return expect(headers, () => [UNAUTHENTICATED, ...(wasLost || issuer.isLost() ? [UNAVAILABLE] : [])]);
        };
        // An attacker with unknown keys tries often.
        return together([await askOnce(), await askOnce(), await askOnce()]);
      },
    },
    {
      name: 'a token for another account',
      needs: [],
      weight: 0.3,
      async run() {
        const token = await issuer.mint(60_000, { accounts: [ACCOUNT_OF_OTHERS] });
        const right = ['200 FORBIDDEN', ...(mayBeUnknown(token) ? [UNAUTHENTICATED] : [])];
        return expect(toBearer(token), () => right);
      },
    },
    createLastingOperation(setup, withHeaders),
  ];
}

function mayBeUnknown({ publishedAtMs }: Minted): boolean {
  return Date.now() - publishedAtMs < MAX_UNKNOWN_MS;
}

/** Follows a report that never ends, with a token that expires. */
function createLastingOperation(
  { client, chance, oracle, issuer }: TokenOperationSetup,
  withHeaders: (headers: Pass['headers']) => LoadClient,
): Operation {
  let endless: Promise<string | null> | null = null;
  const submit = async (): Promise<string | null> => {
    const imei = oracle.devices.filter((device) => oracle.isOverlooked(device.imei)).map((device) => device.imei);
    const startDate = new Date(Date.now() - 5 * DAY_MS).toISOString();
    const input = { imei, startDate, endDate: new Date(Date.now() - 4 * DAY_MS).toISOString() };
    const answer = await client.query<RequestData>(REQUEST, { input });
    return answer.data?.requestAggregatedReport?.txid ?? null;
  };

  return {
    name: 'aggregatedReportProgress, until the token expires',
    needs: ['store'],
    weight: 0.5,
    async run() {
      endless ??= submit();
      const txid = await endless;
      if (txid === null) {
        endless = null;
        return wrong('the report to follow was not accepted');
      }
      const token = await issuer.mint(chance.integer(500, 2_500));
      const response = await withHeaders(toBearer(token)).subscribe(FOLLOW, { txid });
      let codes: readonly string[] = [];
      const giveUp = setTimeout(() => response.destroy(), token.endsAtMs + LATE_MS - Date.now());
      try {
        for await (const event of readEvents<Progress>(response)) {
          codes = codesOfEvent(event);
          if (codes.length === 0) continue;
          if (codes.join() !== 'UNAUTHENTICATED') return wrong(`it ended with ${codes.join()}`);
          const earlyMs = token.endsAtMs - Date.now();
          if (earlyMs > 0)
            return mayBeUnknown(token) ? failure(codes) : wrong(`it ended ${earlyMs} ms before its token`);
        }
      } finally {
        clearTimeout(giveUp);
        response.destroy();
      }
      return codes.length > 0 ? RIGHT : wrong('it ended without an error about its token');
    },
  };
}
