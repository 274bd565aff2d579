import { createInterface } from 'node:readline';
import { createMessageWriter } from '../../../src/async-reports/message-writer.ts';
import { openReportStore } from '../../../src/async-reports/store/open-store.ts';
import type { ReceivedMessage } from '../../../src/async-reports/async-report.ts';
import { systemClock } from '../../../src/domain/clock.ts';

/**
 * What the parent sends, as one line of JSON. The response is a line: `<number> ok` once the messages are durable, or
 * `<number> <error>` if they could not be stored.
 */
export interface WriterOrder {
  readonly number: number;
  readonly messages: readonly ReceivedMessage[];
}

const [, , databaseUrl = '', dataDir = ''] = process.argv;
const store = await openReportStore({
  databaseUrl: databaseUrl === '' ? null : databaseUrl,
  dataDir,
  now: systemClock.now,
  wait: systemClock.wait,
  quietMs: 900_000,
  deadlineMs: 86_400_000,
  retentionMs: 2_592_000_000,
  unknownMaxBytes: 67_108_864,
  onFailure: (error) => process.stderr.write(`${error.message}\n`),
});
const writer = createMessageWriter(store, { maxMessagesPerCommit: 500, maxMessagesWaiting: 10_000 });
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const { number, messages } = JSON.parse(line) as WriterOrder;
  writer.write(messages).then(
    () => process.stdout.write(`${number} ok\n`),
    (error: unknown) => process.stdout.write(`${number} ${String(error)}\n`),
  );
}
await store.close();
