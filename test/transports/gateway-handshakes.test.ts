import { afterEach, expect, test } from 'vitest';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { openSocket, type RawGraphqlSocket, type SocketMessage } from '../support/graphql-socket.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

/** What a gateway sends with the handshake and in its messages, as its source has it. */
interface Gateway {
  readonly headers: Record<string, string>;
  /** By the header Authorization that its client sent; null if it sent none. */
  readonly toInit: (authorization: string | null) => unknown;
  readonly more: Record<string, unknown>;
}

const GATEWAYS: Readonly<Record<string, Gateway>> = {
  // Apollo Router 2.13: protocols/websocket.rs.
  'Apollo Router': {
    headers: { 'content-type': 'application/json', accept: 'application/json, application/graphql-response+json' },
    toInit: (authorization) => (authorization === null ? null : { connectionParams: { token: authorization } }),
    more: {},
  },
  // Cosmo Router, August 2026: the payload of connection_init is that of its own client, and extensions are those of the operation.
  'Cosmo Router': {
    headers: {},
    toInit: () => ({}),
    more: { extensions: { initialPayload: {} } },
  },
};
const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

let issuer: TokenIssuer | null = null;
let at: AsyncWorld;
const opened: RawGraphqlSocket[] = [];

afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await at.close();
  await issuer?.close();
  issuer = null;
});

for (const [name, gateway] of Object.entries(GATEWAYS)) {
  test.each(['without a token', 'with the token of its client in the handshake'])(
    `${name} follows a report to its end over a WebSocket, %s`,
    async (how) => {
      issuer = how.startsWith('with the') ? await startTokenIssuer() : null;
      at = await startAsyncWorld({ config: issuer === null ? {} : { tokens: issuer.config } });
      const token = await issuer?.token(at.world.clock.now(), { accounts: [ACCOUNT] });
      const authorization = token === undefined ? null : `Bearer ${token}`;
      const credentials = authorization === null ? {} : { authorization };
      const { txid, imeis } = await request(credentials);

      const socket = await openSocket(at.world.url, { headers: { ...gateway.headers, ...credentials } });
      opened.push(socket);
      socket.send({ type: 'connection_init', payload: gateway.toInit(authorization) });
      expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
      socket.send({ id: 'a', type: 'subscribe', payload: { query: PROGRESS, variables: { txid }, ...gateway.more } });
      const messages: (SocketMessage | null)[] = [await socket.next()];
      for (const imei of imeis) {
        await at.post(usageOf(txid, imei));
        messages.push(await socket.next());
      }
      messages.push(await socket.next());
      const toState = (status: string, receivedDevices: number) => ({
        id: 'a',
        type: 'next',
        payload: { data: { aggregatedReportProgress: { status, receivedDevices } } },
      });
      expect(messages).toEqual([
        toState('QUEUED', 0),
        toState('RECEIVING', 1),
        toState('COMPLETED', 2),
        { id: 'a', type: 'complete' },
      ]);
    },
  );
}

async function request(headers: Record<string, string>): Promise<{ txid: string; imeis: string[] }> {
  const imeis = imeisOf(2);
  const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imeis)}, startDate: "2026-11-01" }) { txid } }`;
  const { data } = await at.world.query(query, {}, { headers });
  return { imeis, txid: (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport.txid };
}
