import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';
import { createChecks, type Checks } from '../support/fuzz/checks.ts';
import { createOperationArbitrary } from '../support/fuzz/operations.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../support/fuzz/runs.ts';
import { createSender, type Sender } from '../support/fuzz/sender.ts';
import { KNOWN_TXID, mutated, oddJson, oddText } from '../support/fuzz/values.ts';
import { answerWith, answerWithUsage } from '../support/fakes/recording-platform.ts';

const operation = createOperationArbitrary(schema);
const operationText = operation.map(({ query }) => query);

/** Documents that nest deeply, repeat a part or refer to themselves. */
const deepText = fc
  .tuple(
    fc.constantFrom(1, 20, 200, 20_000),
    fc.constantFrom('fields', 'lists', 'objects', 'fragments', 'aliases', 'directives', 'brackets', 'unclosed'),
  )
  .map(([times, kind]) => {
    const deep: Record<typeof kind, () => string> = {
      fields: () =>
        `{ device(imei: "709312034493372") ${'{ usage { device '.repeat(times)}{ imei }${' } }'.repeat(times)} }`,
      lists: () => `{ devices(imei: ${'['.repeat(times)}"1"${']'.repeat(times)}) { imei } }`,
      objects: () => `{ _entities(representations: [${'{ a: '.repeat(times)}1${' }'.repeat(times)}]) { __typename } }`,
      fragments: () =>
        `{ ...F0 } ${Array.from({ length: Math.min(times, 300) }, (_, at) => `fragment F${at} on Query { ...F${at + 1} ...F0 }`).join(' ')}`,
      aliases: () => `{ ${Array.from({ length: times }, (_, at) => `a${at}: __typename`).join(' ')} }`,
      directives: () => `{ __typename ${'@skip(if: false) '.repeat(times)} }`,
      brackets: () => '['.repeat(times),
      unclosed: () => '{ a '.repeat(times),
    };
    return deep[kind]();
  });

const anyName = fc.oneof(oddText, oddJson, fc.constantFrom('Fuzzed', 'fuzzed', 'Other'));
const plainBody = operation.map((each) => JSON.stringify({ ...each, operationName: 'Fuzzed' }));
const brokenBody = fc.oneof(
  mutated(operationText).map((query) => JSON.stringify({ query })),
  fc.oneof(deepText, oddText).map((query) => JSON.stringify({ query })),
  fc
    .record(
      {
        query: fc.oneof(operationText, oddJson),
        variables: oddJson,
        operationName: anyName,
        extensions: oddJson,
        id: oddJson,
        doc_id: oddText,
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
  fc
    .record({
      query: operationText,
      extensions: fc.record({
        persistedQuery: fc.record({ version: oddJson, sha256Hash: oddJson }, { requiredKeys: [] }),
      }),
    })
    .map((body) => JSON.stringify(body)),
  fc.array(operation, { maxLength: 3 }).map((batch) => JSON.stringify(batch)),
  mutated(plainBody),
  fc
    .tuple(operation, oddJson)
    .map(
      ([{ query }, odd]) =>
        `{"query":"{ __typename }","query":${JSON.stringify(query)},"variables":{"__proto__":${JSON.stringify(odd)}},"__proto__":{"query":"{ a }"}}`,
    ),
  fc
    .tuple(fc.constantFrom(10, 1_000, 20_000), fc.constantFrom('[', '{"a":'))
    .map(([times, open]) => `{"query":"{ __typename }","variables":${open.repeat(times)}`),
  fc
    .tuple(operation, fc.constantFrom(10, 1_000, 50_000))
    .map(
      ([{ query }, times]) =>
        `{"query":${JSON.stringify(query)},"variables":{"v":${'['.repeat(times)}${']'.repeat(times)}}}`,
    ),
  oddJson.map((body) => JSON.stringify(body)),
  oddText,
);
const body = fc.oneof(
  { weight: 6, arbitrary: plainBody },
  { weight: 6, arbitrary: brokenBody },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);
const accept = fc.constantFrom(
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
  '*/*',
);

describe('a GraphQL document', { timeout: FUZZ_TIMEOUT_MS }, () => {
  let at: AsyncWorld;
  let check: Checks;
  let sender: Sender;

  beforeAll(async () => {
    at = await startAsyncWorld({ config: { batchWindowMs: 0, retries: 0, breakerFailures: 0 } });
    at.platform.onRequest(PATHS.async, (response, request) => {
      const { accountNumber } = JSON.parse(request.body.toString()) as { accountNumber: string };
      answerWith({ txid: accountNumber === ACCOUNT ? KNOWN_TXID : 'other', status: 'QUEUED' })(response, request);
    });
    at.platform.onRequest(PATHS.aggregate, answerWithUsage(usageFor));
    at.platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'two', sessions: [] }));
    for (const method of ['', '&name=BullseyeReporting'])
      at.platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}${method}`, answerWith([]));
    check = createChecks(at.world);
    sender = createSender(new URL(at.world.url).origin);
  });
  afterAll(async () => {
    sender.close();
    check.close();
    await at.close();
  });

  test('of any kind gets a well-formed response, the same status if it is sent again, and only the usage of its devices', async () => {
    await holdsFor(fc.record({ body, accept }), async (sent) => {
      const headers = { 'Content-Type': 'application/json', Accept: sent.accept };
      const first = await sender.send({ headers, body: sent.body });
      const again = await sender.send({ headers, body: sent.body });
      for (const answer of [first, again]) {
        check.check(answer);
        expectOwnUsage(answer.body);
      }
      expect(again.status).toBe(first.status);
      await check.checkQuiet();
    });
    await check.checkAlive();
  });
});

function usageFor(imei: string): { numberOfSessions: number; bytesTransferred: number } {
  const number = Number(imei.slice(-6)) + 1;
  return { numberOfSessions: number, bytesTransferred: number * 2 ** 32 };
}

/** Expects every object with a device and usage to have the usage of that device. */
function expectOwnUsage(text: string): void {
  if (!text.startsWith('{"data"')) return;
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const fields = Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key.replace(/^a\d+_/, ''), each as unknown]),
    );
    if (typeof fields['imei'] !== 'string') return value;
    for (const [name, expected] of Object.entries(usageFor(fields['imei'])))
      if (name in fields) expect(fields[name]).toBe(expected);
    return value;
  });
}
