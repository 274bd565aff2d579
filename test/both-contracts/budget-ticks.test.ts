import { expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { answerWith, startRecordingPlatform, type Respond } from '../support/fakes/recording-platform.ts';
import { startWorld } from '../support/world/world.ts';

interface WireBody {
  readonly imei: string[];
  readonly startDate?: string;
}

const QUERY = `query ($one: IMEI!, $all: [IMEI!]!) {
  device(imei: $one) { usage { device { usage(startDate: "2026-11-01") { imei } } } }
  devices(imei: $all) {
    sessionsReport { device { usage(startDate: "2026-11-01") { device { usage(startDate: "2026-11-02") { imei } } } } }
  }
}`;

test('devices whose usage arrives in different ticks, because one was requested earlier, need no more calls than estimated', async () => {
  const platform = await startRecordingPlatform();
  const all = imeisOf(10);
  const [one = ''] = all;
  const usage: Respond = (response, request) => {
    const { imei } = JSON.parse(request.body.toString()) as WireBody;
    const rows = imei.map((each) => ({ imei: each, numberOfSessions: 1, bytesTransferred: 7 }));
    answerWith({ txid: 'a-txid', usage: rows })(response, request);
  };
  const bodies = (startDate: string): string[][] =>
    platform
      .requestsTo(PATHS.aggregate)
      .map(({ body }) => JSON.parse(body.toString()) as WireBody)
      .filter((body) => body.startDate === startDate)
      .map(({ imei }) => imei);
  const sessions: (() => void)[] = [];
  platform.onRequest(PATHS.sessions, (response, request) =>
    sessions.push(() => answerWith({ id: '1', txid: 'a-txid', sessions: [] })(response, request)),
  );
  let letGoOfOne = (): void => undefined;
  platform.onRequest(PATHS.aggregate, (response, request) => {
    const { imei, startDate } = JSON.parse(request.body.toString()) as WireBody;
    if (startDate === '2026-11-01' && imei.includes(one)) letGoOfOne = () => usage(response, request);
    else usage(response, request);
  });
  const config = { baseUrl: platform.url, concurrency: 50 };
  const world = await startWorld({ config });
  const stingy = await startWorld({ config: { ...config, maxUpstreamCalls: 0 } });

  const rejected = await stingy.query(QUERY, { one, all });
  const cost = Number(rejected.errors[0]?.extensions['cost']);
  expect(platform.requests).toEqual([]);

  const answer = world.query(QUERY, { one, all });
  await eventually(() => bodies('2026-11-01')).toEqual([[one]]);
  sessions.forEach((respond) => respond());
  // The other nine arrive, and their next usage is requested, while the one is still in flight.
  await eventually(() => bodies('2026-11-02')).toEqual([all.slice(1)]);
  letGoOfOne();
  expect((await answer).errors).toEqual([]);
  expect(bodies('2026-11-02')).toEqual([all.slice(1), [one]]);
  const calls = platform.requests.filter(({ path }) => path.includes('/report/')).length;
  // Ten sessions reports, and calls for three usage queries: one, two, and two (one, if the ten devices came together).
  expect(calls).toBe(10 + 1 + 2 + 2);
  expect(cost).toBe(10 + 1 + 2 + 10);

  await world.close();
  await stingy.close();
  await platform.close();
});
