import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportStore } from '../../src/async-reports/store/store.ts';
import { toImei, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { useStoreBench } from '../support/store/stores.ts';
import { buildWriterProgram, type WriterProcess, type WriterProgram } from '../support/store/writer.ts';

const DEVICES = 1_500;
const EVERY_DEVICE = Array.from({ length: DEVICES }, (_, device) => device);
/** Devices whose messages are not sent before the kill. */
const HELD_BACK = 100;
const SENDERS = 32;
const KILLS = { SQLite: toKills('KILLS_SQLITE', 3), PostgreSQL: toKills('KILLS_POSTGRES', 2) };

function toKills(variable: string, fallback: number): number {
  const kills = Number(process.env[variable] ?? fallback);
  if (!Number.isInteger(kills) || kills < 1) throw new Error(`${variable} is not a positive integer.`);
  return kills;
}

/** Every device's message in random order, one in ten of them twice. */
function toShuffled(txid: string, devices: readonly number[]) {
  const sent = devices.flatMap((device) => (randomInt(10) === 0 ? [device, device] : [device]));
  for (let at = sent.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [sent[at], sent[other]] = [sent[other] ?? 0, sent[at] ?? 0];
  }
  return sent.map((device) => toUsage(txid, device));
}

/** Repeats the messages endlessly. */
function* endlessly<T>(messages: readonly T[]): Generator<T> {
  for (;;) yield* messages;
}

/** Sends with SENDERS senders; each waits for a response before its next message. Returns the acknowledged IMEIs. */
async function stream(writer: WriterProcess, messages: Iterable<ReturnType<typeof toUsage>>, onAnswer: () => void) {
  const acknowledged = new Set<string>();
  const each = messages[Symbol.iterator]();
  const send = async (): Promise<void> => {
    for (let next = each.next(); next.done !== true; next = each.next()) {
      const message = next.value;
      if (!(await writer.write([message]))) return;
      acknowledged.add(message.imei);
      onAnswer();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  return acknowledged;
}

/** Returns the stored devices. Expects each of them once, exactly as it was sent. */
async function readStored(store: ReportStore, txid: string): Promise<Set<string>> {
  const stored = new Set<string>();
  for await (const batch of store.results(txid, true)) {
    for (const result of batch) {
      const sent = toUsage(txid, Number(result.imei) - Number(toImei(0)));
      expect(result).toEqual({ ...sent, txid: undefined, receivedAtMs: undefined });
      expect(stored).not.toContain(result.imei);
      stored.add(result.imei ?? '');
    }
  }
  return stored;
}

describe.each(['SQLite', 'PostgreSQL'] as const)('a writer process, on %s', (kind) => {
  const bench = useStoreBench(kind);
  let program: WriterProgram;
  beforeAll(async () => {
    program = await buildWriterProgram();
  });
  afterAll(() => program.remove());

  it.each(Array.from({ length: KILLS[kind] }, (_, kill) => kill + 1))(
    'loses nothing that it acknowledged, and stores nothing twice, if it is killed: kill %i',
    async () => {
      const first = await bench.open();
      await first.add(toRequest('a', DEVICES));
      await first.close();

      const writer = await program.start(bench.location());
      const killAfter = randomInt(1, DEVICES / 2);
      const killed: Promise<void>[] = [];
      let answers = 0;
      // The messages never end, so even on a fast machine the kill comes before everything is stored.
      const sent = endlessly(toShuffled('a', EVERY_DEVICE.slice(HELD_BACK)));
      const acknowledged = await stream(writer, sent, () => {
        answers += 1;
        if (answers !== killAfter) return;
        // After a random delay, so that the kill can come at any moment between two responses.
        setTimeout(() => killed.push(writer.kill()), randomInt(8));
      });
      expect(killed).toHaveLength(1);
      await Promise.all(killed);

      const reopened = await bench.open();
      const stored = await readStored(reopened, 'a');
      expect([...acknowledged].filter((imei) => !stored.has(imei))).toEqual([]);
      expect(stored.size).toBeLessThanOrEqual(DEVICES - HELD_BACK);
      expect(await reopened.find('a', null)).toMatchObject({
        status: 'RECEIVING',
        receivedDevices: stored.size,
        missingDevices: DEVICES - stored.size,
      });
      await reopened.close();

      // Sends unacknowledged messages again, as the platform would.
      const next = await program.start(bench.location());
      const again = EVERY_DEVICE.filter((device) => !acknowledged.has(toImei(device)));
      expect((await stream(next, toShuffled('a', again), () => null)).size).toBe(again.length);
      await next.finish();
      const last = await bench.open();
      expect(await readStored(last, 'a')).toEqual(new Set(toImeis(DEVICES)));
      expect(await last.find('a', null)).toMatchObject({ status: 'COMPLETED', receivedDevices: DEVICES });
    },
    180_000,
  );

  it('shares its database with others, even if all of them start at once on an empty one', async () => {
    const writers = await Promise.all(Array.from({ length: 5 }, () => program.start(bench.location())));
    const store = await bench.open();
    await store.add(toRequest('a', 1_000));
    const devices = Array.from({ length: 1_000 }, (_, device) => device);
    const acknowledged = await Promise.all(
      writers.map((writer) => stream(writer, toShuffled('a', devices), () => null)),
    );
    await Promise.all(writers.map((writer) => writer.finish()));
    for (const imeis of acknowledged) expect(imeis.size).toBe(1_000);
    expect(await readStored(store, 'a')).toEqual(new Set(toImeis(1_000)));
    expect(await store.find('a', null)).toMatchObject({ status: 'COMPLETED', receivedDevices: 1_000 });
  }, 180_000);
});
