import { expect } from 'vitest';
import type { RawAnswer } from '../raw-request.ts';
import type { Asked } from './isolation-rig.ts';
import { isNumberOf, MIN_NUMBER } from './parties.ts';

/** What was seen in all responses, so that a test can check that it saw something. */
export interface Sightings {
  numbers: number;
  emptyResponses: number;
}

const COUNTS = ['totalCount', 'expectedDevices'];

/** Fails if a response contains anything that does not belong to its caller. */
export function checkResponse({ me, other, plan }: Asked, answer: RawAnswer, sightings: Sightings): void {
  const about = `${me.name} asked: ${JSON.stringify(plan)}\nanswer: ${answer.status} ${answer.body}`;
  expect(answer.status, about).toBeLessThan(500);
  const everything = `${JSON.stringify(answer.headers)}\n${answer.body}`;
  for (const mark of other.marks) expect(everything.includes(mark), about).toBe(false);
  expect(everything.includes('INTERNAL_SERVER_ERROR'), about).toBe(false);
  for (const text of toTexts(answer)) {
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value === 'number' && value >= MIN_NUMBER && !COUNTS.includes(key)) {
        sightings.numbers += 1;
        expect(value % me.prime, about).toBe(0);
      }
      if (isRow(value))
        expect(value.bytesTransferred === null || isNumberOf(me, value.imei, value.bytesTransferred), about).toBe(true);
      return value;
    });
  }
}

/** Fails if a request for the other's data returned more than null, or an error that does not show whether the data exists. */
export function checkNothing({ me, plan }: Asked, { status, body }: RawAnswer, sightings: Sightings): void {
  const about = `${me.name} asked: ${JSON.stringify(plan)}\nanswer: ${status} ${body}`;
  const codes = [...body.matchAll(/"code":"(\w+)"/g)].map(([, code = '']) => code);
  for (const code of codes) expect(['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'], about).toContain(code);
  expect(body.includes('"imei"'), about).toBe(false);
  expect(body.includes('"txid"'), about).toBe(false);
  if (codes.length === 0 && plan.what === 'download') expect(status, about).toBe(404);
  else if (codes.length === 0) expect(body, about).toMatch(/:(?:null|\[null(?:,null)*\])\}/);
  sightings.emptyResponses += 1;
}

interface Row {
  readonly imei: string;
  readonly bytesTransferred: number | null;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'imei' in value && 'bytesTransferred' in value;
}

/** The JSON in a response: its body, its events, or the rows of a CSV download. */
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
