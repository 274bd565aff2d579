import { expect } from 'vitest';
import type { RawAnswer } from '../raw-request.ts';
import type { Asked } from './isolation-rig.ts';
import { isFigureOf, MIN_FIGURE } from './parties.ts';

/** What was seen in all answers, so that a test can tell that it saw something. */
export interface Sightings {
  figures: number;
  nothings: number;
}

const COUNTS = ['totalCount', 'expectedDevices'];

/** Fails for an answer with anything in it that is not its caller's. */
export function checkResponse({ me, other, plan }: Asked, answer: RawAnswer, sightings: Sightings): void {
  const about = `${me.name} asked: ${JSON.stringify(plan)}\nanswer: ${answer.status} ${answer.body}`;
  expect(answer.status, about).toBeLessThan(500);
  const reported = `${JSON.stringify(answer.headers)}\n${answer.body}`;
  for (const mark of other.marks) expect(reported.includes(mark), about).toBe(false);
  expect(reported.includes('INTERNAL_SERVER_ERROR'), about).toBe(false);
  for (const text of toTexts(answer)) {
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value === 'number' && value >= MIN_FIGURE && !COUNTS.includes(key)) {
        sightings.figures += 1;
        expect(value % me.prime, about).toBe(0);
      }
      if (isRow(value))
        expect(value.bytesTransferred === null || isFigureOf(me, value.imei, value.bytesTransferred), about).toBe(true);
      return value;
    });
  }
}

/** Fails where what was asked of the other's is anything but nothing: null, or a refusal without a word on what there is. */
export function checkNothing({ me, plan }: Asked, { status, body }: RawAnswer, sightings: Sightings): void {
  const about = `${me.name} asked: ${JSON.stringify(plan)}\nanswer: ${status} ${body}`;
  const codes = [...body.matchAll(/"code":"(\w+)"/g)].map(([, code = '']) => code);
  for (const code of codes) expect(['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'], about).toContain(code);
  expect(body.includes('"imei"'), about).toBe(false);
  expect(body.includes('"txid"'), about).toBe(false);
  if (codes.length === 0 && plan.what === 'download') expect(status, about).toBe(404);
  else if (codes.length === 0) expect(body, about).toMatch(/:(?:null|\[null(?:,null)*\])\}/);
  sightings.nothings += 1;
}

interface Row {
  readonly imei: string;
  readonly bytesTransferred: number | null;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'imei' in value && 'bytesTransferred' in value;
}

/** The JSON of an answer: itself, its events, or the rows of a download as lists of figures. */
function toTexts({ headers, body }: RawAnswer): string[] {
  const type = typeof headers['content-type'] === 'string' ? headers['content-type'] : '';
  if (type.includes('json')) return [body];
  if (type.startsWith('text/event-stream'))
    return [...body.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, data = '']) => data);
  if (!type.startsWith('text/csv')) return [];
  const lines = body.trimEnd().split('\r\n').slice(1);
  return lines.map((line) => {
    const [imei, , status, , bytes = ''] = line.split(',');
    return JSON.stringify(status === 'USAGE' ? { imei, bytesTransferred: Number(bytes) } : {});
  });
}
