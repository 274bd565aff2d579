import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AccountNumber } from '../../src/domain/account.ts';
import { PATHS } from '../support/world/admin.ts';
import {
  AggregatedReportDocument,
  RequestAggregatedReportDocument,
  SessionsReportDocument,
} from '../support/graphql/graphql.ts';
import {
  answerWith,
  startRecordingPlatform,
  type RecordedRequest,
  type RecordingPlatform,
} from '../support/fakes/recording-platform.ts';
import { startWorld, type World } from '../support/world/world.ts';

/** Headers that every HTTP request has, whatever it requests. */
const OWN_HEADERS = ['x-request-id', 'host', 'connection', 'user-agent', 'accept-encoding', 'content-length'];
const TOKENS = { authorization: 'Bearer a-bearer-token', 'vz-m2m-token': 'a-session-token' };
const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
const COPIES = {
  accountnumber: '0844021539-00001',
  imei: '1',
  startdate: '2022-12-09T22:01:06.217Z',
  enddate: '2022-12-09T22:01:08.734Z',
  devicegroup: 'deviceGroup4',
  dataplan: 'dataPlan2',
  nosessionflag: 'false',
};
const INPUT = {
  accountNumber: '0844021539-00001',
  startDate: '2022-12-09T22:01:06.217Z',
  endDate: '2022-12-09T22:01:08.734Z',
  imei: ['709312034493372'],
  deviceGroup: 'deviceGroup4',
  dataPlan: 'dataPlan2',
  noSessionFlag: false,
  deviceLabel: 'deviceLabel4',
};

describe('a request to the platform', () => {
  let example: { body: string; report: string; accepted: string };
  let platform: RecordingPlatform;
  let world: World;

  beforeAll(async () => {
    const page = await readFile(new URL('../../docs/upstream/README.md', import.meta.url), 'utf8');
    const [body = '', report = '', accepted = ''] = [
      ...page.slice(page.indexOf('## An example')).matchAll(/`(\{.*?\})`/g),
    ].map(([, json]) => json ?? '');
    example = { body, report, accepted };
  });
  beforeEach(async () => {
    platform = await startRecordingPlatform();
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  const startAtItsTime = async (config: { repeatInHeaders?: boolean } = {}): Promise<void> => {
    world = await startWorld({
      startsAt: '2022-12-09T22:30:00Z',
      config: { baseUrl: platform.url, accountNumber: '0742644905-00001' as AccountNumber, ...config },
    });
    platform.onRequest(PATHS.aggregate, answerWith(example.report));
    platform.onRequest(PATHS.async, answerWith(example.accepted));
    platform.onRequest(PATHS.sessions, answerWith({ id: '1234567890', txid: 'a-txid', sessions: [] }));
  };
  const onlyRequestTo = (path: string): RecordedRequest => {
    const [request, ...others] = platform.requestsTo(path);
    if (request === undefined || others.length > 0) throw new Error(`${others.length + 1} requests to ${path}`);
    return request;
  };
  const headersOf = ({ headers }: RecordedRequest): Record<string, string> =>
    Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !OWN_HEADERS.includes(name))
        .map(([name, bytes]) => [name, bytes.toString('utf8')]),
    );

  test('for an aggregated report is the example of the contract, and the example response is read', async () => {
    await startAtItsTime();
    const answer = await world.query(AggregatedReportDocument, { input: INPUT });
    const request = onlyRequestTo(PATHS.aggregate);
    expect(request.body.toString('utf8')).toBe(example.body);
    expect(headersOf(request)).toEqual({ ...JSON_HEADERS, ...TOKENS, ...COPIES });
    expect(answer.errors).toEqual([]);
    expect(answer.data?.aggregatedReport).toMatchObject({
      txid: '60c07fff-eeee-ffff-gggg-75e6a7c238f6',
      usage: [{ imei: '709312034493372', numberOfSessions: 1, bytesTransferred: 2057 }],
      errors: [],
      missing: [],
    });
  });

  test('for an async report is the example of the contract, and the example response is read', async () => {
    await startAtItsTime();
    const answer = await world.query(RequestAggregatedReportDocument, { input: { ...INPUT, portalInitiated: true } });
    const request = onlyRequestTo(PATHS.async);
    expect(request.body.toString('utf8')).toBe(example.body);
    expect(headersOf(request)).toEqual({ ...JSON_HEADERS, ...TOKENS, ...COPIES, 'x-portal-initiated': 'true' });
    expect(answer.errors).toEqual([]);
    expect(answer.data?.requestAggregatedReport).toMatchObject({
      txid: '60c07fff-eeee-ffff-gggg-75e6a7c238f6',
      status: 'QUEUED',
    });
  });

  test('for a sessions report has every parameter, in the body and in the headers', async () => {
    await startAtItsTime();
    const { accountNumber, startDate, endDate } = INPUT;
    const bounds = { durationLow: 0, durationHigh: 86_400 };
    const input = { ...bounds, endDate, startDate, imei: '709312034493372', accountNumber };
    expect((await world.query(SessionsReportDocument, { input })).errors).toEqual([]);
    const request = onlyRequestTo(PATHS.sessions);
    expect(request.body.toString('utf8')).toBe(
      '{"accountNumber":"0844021539-00001","imei":"709312034493372","startDate":"2022-12-09T22:01:06.217Z",' +
        '"endDate":"2022-12-09T22:01:08.734Z","durationLow":0,"durationHigh":86400}',
    );
    const { accountnumber, startdate, enddate } = COPIES;
    const copies = {
      accountnumber,
      startdate,
      enddate,
      imei: '709312034493372',
      durationlow: '0',
      durationhigh: '86400',
    };
    expect(headersOf(request)).toEqual({ ...JSON_HEADERS, ...TOKENS, ...copies });
  });

  test('without copies has the same body, and only headers that are not copies', async () => {
    await startAtItsTime({ repeatInHeaders: false });
    await world.query(AggregatedReportDocument, { input: INPUT });
    await world.query(RequestAggregatedReportDocument, { input: INPUT });
    await world.query(SessionsReportDocument, { input: { imei: '709312034493372', durationLow: 5 } });
    expect(onlyRequestTo(PATHS.aggregate).body.toString('utf8')).toBe(example.body);
    expect(headersOf(onlyRequestTo(PATHS.aggregate))).toEqual({ ...JSON_HEADERS, ...TOKENS });
    expect(onlyRequestTo(PATHS.async).body.toString('utf8')).toBe(example.body);
    expect(headersOf(onlyRequestTo(PATHS.async))).toEqual({
      ...JSON_HEADERS,
      ...TOKENS,
      'x-portal-initiated': 'false',
    });
    expect(headersOf(onlyRequestTo(PATHS.sessions))).toEqual({ ...JSON_HEADERS, ...TOKENS });
  });

  test.each([
    { noSessionFlag: true, inBody: '"noSessionFlag":"true"', inHeader: 'true' },
    { noSessionFlag: false, inBody: '"noSessionFlag":"false"', inHeader: 'false' },
  ])('has noSessionFlag $noSessionFlag as a string', async ({ noSessionFlag, inBody, inHeader }) => {
    await startAtItsTime();
    await world.query(AggregatedReportDocument, { input: { imei: INPUT.imei, noSessionFlag } });
    const request = onlyRequestTo(PATHS.aggregate);
    expect(request.body.toString('utf8')).toContain(inBody);
    expect(headersOf(request)['nosessionflag']).toBe(inHeader);
  });

  test('has unset parameters neither in the body nor in the headers', async () => {
    await startAtItsTime();
    await world.query(AggregatedReportDocument, { input: { imei: INPUT.imei, deviceGroup: null } });
    const request = onlyRequestTo(PATHS.aggregate);
    expect(request.body.toString('utf8')).toBe('{"accountNumber":"0742644905-00001","imei":["709312034493372"]}');
    expect(headersOf(request)).toEqual({ ...JSON_HEADERS, ...TOKENS, accountnumber: '0742644905-00001', imei: '1' });
  });

  test('has a group that is not ASCII as UTF-8, in the body and in the header', async () => {
    await startAtItsTime();
    const deviceGroup = 'Zähler “Süd” 東京 🚚';
    await world.query(AggregatedReportDocument, { input: { imei: INPUT.imei, deviceGroup } });
    const request = onlyRequestTo(PATHS.aggregate);
    expect(request.headers['devicegroup']).toEqual(Buffer.from(deviceGroup, 'utf8'));
    expect(request.body.includes(Buffer.from(`"deviceGroup":"${deviceGroup}"`, 'utf8'))).toBe(true);
    expect(request.headers['content-length']?.toString()).toBe(String(request.body.length));
  });

  test('names this server and its version as its User-Agent, whatever is called', async () => {
    await startAtItsTime();
    await world.query(AggregatedReportDocument, { input: INPUT });
    await world.query(RequestAggregatedReportDocument, { input: INPUT });
    await world.query(SessionsReportDocument, { input: { imei: '709312034493372' } });
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    for (const path of [PATHS.token, PATHS.login, PATHS.aggregate, PATHS.async, PATHS.sessions])
      expect(onlyRequestTo(path).headers['user-agent']?.toString()).toBe(`device-reports-graphql/${version}`);
  });

  test('for sign-in is as the contract describes', async () => {
    await startAtItsTime();
    await world.query(AggregatedReportDocument, { input: INPUT });
    const { clientId, clientSecret, username, password } = world.simulator.credentials;
    const token = onlyRequestTo(PATHS.token);
    expect(token.body.toString('utf8')).toBe('grant_type=client_credentials');
    expect(headersOf(token)).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    });
    const login = onlyRequestTo(PATHS.login);
    expect(JSON.parse(login.body.toString('utf8'))).toEqual({ username, password });
    expect(headersOf(login)).toEqual({ ...JSON_HEADERS, authorization: TOKENS.authorization });
  });
});
