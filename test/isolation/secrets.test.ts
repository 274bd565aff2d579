import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import {
  AggregatedReportDocument,
  RequestAggregatedReportDocument,
  SessionsReportDocument,
} from '../support/graphql/graphql.ts';
import { startWorld, type World, type WorldOptions } from '../support/world/world.ts';

describe('a secret', { timeout: 60_000 }, () => {
  let world: World;
  const answers: string[] = [];
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await startWorld(options);
    answers.length = 0;
  };
  const askAll = async (): Promise<void> => {
    const [imei = ''] = world.devices('meter', 1);
    const input = { imei: [imei] };
    for (const answer of await Promise.all([
      world.query(SessionsReportDocument, { input: { imei } }),
      world.query(AggregatedReportDocument, { input }),
      world.query(RequestAggregatedReportDocument, { input }),
    ])) {
      answers.push(JSON.stringify(answer));
    }
  };

  afterEach(() => world.close());

  test('is in no response and no log, however the platform fails and whatever it echoes', async () => {
    await start({ config: { maxResponseBytes: 50_000 } });
    const { clientId, clientSecret, username, password } = world.simulator.credentials;
    const { host, hostname } = new URL(world.simulator.url);
    const fixed = [clientId, clientSecret, username, password, host, hostname];
    fixed.push(Buffer.from(`${clientId}:${clientSecret}`).toString('base64'));
    const secrets = new Set(fixed);
    /** Everything that the platform could echo: the credentials, and the tokens of its last calls. */
    const toEcho = async (): Promise<string> => {
      const calls = (await world.admin.calls()).filter(({ path }) => path !== PATHS.token);
      const tokens = calls.flatMap(({ headers }) => [
        headers['authorization']?.replace('Bearer ', '') ?? '',
        headers['vz-m2m-token'] ?? '',
      ]);
      const seen = new Set(tokens.filter((token) => token !== ''));
      for (const token of seen) secrets.add(token);
      return [...fixed, ...seen, `${world.simulator.url}${PATHS.sessions}`].join(' & ');
    };
    const askWith = async (fault: Record<string, unknown>): Promise<void> => {
      await world.admin.endFaults();
      await world.admin.forgetCalls();
      await askAll();
      await world.admin.fault({ ...fault, ...(fault['code'] === undefined ? {} : { message: await toEcho() }) });
      await askAll();
      world.clock.advance(60_000);
    };

    for (const status of [302, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504]) {
      const headers = { Location: `${world.simulator.url}/elsewhere` };
      await world.admin.expire('all');
      for (const body of ['html', 'empty']) await askWith({ status, body, headers });
      for (const body of ['errorCode', 'responseCode', 'fault', 'xml'])
        await askWith({ status, body, headers, code: 'A.B' });
    }
    for (const manner of ['reset', 'resetAfterEffect', 'truncate', 'endless']) await askWith({ [manner]: true });
    let isOver = false;
    void askWith({ latencyMilliseconds: 60_000 }).then(() => (isOver = true));
    await eventually(() => {
      world.clock.advance(15_000);
      return isOver;
    }).toBe(true);
    for (const status of [500, 404, 401]) {
      for (const path of [PATHS.login, PATHS.token]) {
        await askWith({ path: PATHS.sessions });
        await world.admin.expire('all');
        await askWith({ path, status, body: 'responseCode', code: 'A.B' });
      }
    }
    await toEcho();
    await world.simulator.close();
    await askAll();

    expect(secrets.size).toBeGreaterThan(20);
    expect(answers.filter((answer) => answer.includes('[hidden]')).length).toBeGreaterThan(100);
    for (const text of [...answers, ...world.logged]) {
      for (const secret of secrets) {
        // The log names the host that cannot be reached, and nothing else of its URL.
        const isForOperator = secret === host || secret === hostname;
        if (isForOperator && text.includes(`"host":"${host}"`) && text.split(host).length === 2) continue;
        if (text.includes(secret)) expect(text).not.toContain(secret);
      }
    }
    for (const line of world.logged) expect(line).not.toMatch(/\d{15}/);
  });

  test('is in no log even if the configured address cannot be used', async () => {
    await start({ config: { baseUrl: 'http://an-operator:a-secret-word@127.0.0.1:9/api' } });
    await askAll();
    expect(answers.join()).toContain('INTERNAL_SERVER_ERROR');
    expect(world.logged.length).toBeGreaterThan(0);
    for (const text of [...answers, ...world.logged]) {
      for (const secret of ['a-secret-word', 'an-operator', '/api']) expect(text).not.toContain(secret);
    }
    expect(answers.join()).not.toContain('127.0.0.1');
  });
});
