import { afterAll, beforeAll, expect, test } from 'vitest';
import { scrape } from '../support/world/metric-reader.ts';
import { startWorld, type World } from '../support/world/world.ts';

const FIELDS_OF_ALIAS = 6;
/** What a compiled field counts towards the memory of documents. */
const COMPILED_FIELD_BYTES = 4_500;

let world: World;
beforeAll(async () => {
  world = await startWorld({ config: { metricsPort: 0 } });
});
afterAll(() => world.close());

const readBytes = async (): Promise<number> => {
  const { value } = await scrape(world.metricsUrl);
  return value('device_reports_document_bytes', { kind: 'cached' }) ?? 0;
};

/** Sends the document twice. Resolves with how much the second time added to the memory of documents. */
async function sendAgain(aliases: number): Promise<number> {
  const rows = 'imei numberOfSessions bytesTransferred device { imei accountNumber }';
  const fields = Array.from({ length: aliases }, (_, at) => `a${at}: usage { ${rows} }`).join(' ');
  const query = `{ device(imei: "709312034493372") { ${fields} } }`;
  const first = await world.query(query);
  expect(first.errors).toEqual([]);
  const before = await readBytes();
  expect((await world.query(query)).data).toEqual(first.data);
  return (await readBytes()) - before;
}

test('a document of 360 fields is compiled when it comes again', async () => {
  expect(await sendAgain(60)).toBeGreaterThan(60 * FIELDS_OF_ALIAS * COMPILED_FIELD_BYTES);
});

test('a document of 720 fields is never compiled, because that would block others', async () => {
  expect(await sendAgain(120)).toBe(0);
});
