import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

/** What Apollo Client sends. */
const GRAPHQL = 'application/graphql-response+json,application/json;q=0.9';

describe('an error before an operation runs', () => {
  let issuer: TokenIssuer;
  let world: World;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    world = await startWorld({ config: { tokens: issuer.config } });
  });
  afterAll(async () => {
    await world.close();
    await issuer.close();
  });

  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{ "query": "{ __typename }" }',
    });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    return [response.status, response.headers.get('content-type'), errors[0]?.extensions.code];
  };
  const signedIn = async (): Promise<string> =>
    `Bearer ${await issuer.token(world.clock.now(), { accounts: ['0844021539-00001'] })}`;

  test.each([
    [GRAPHQL, 'application/graphql-response+json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('is of the media type that the client accepts: %s', async (accept, mediaType) => {
    expect(await ask({ Accept: accept })).toEqual([401, mediaType, 'UNAUTHENTICATED']);
    const compressed = { Accept: accept, Authorization: await signedIn(), 'Content-Encoding': 'gzip' };
    expect(await ask(compressed)).toEqual([415, mediaType, 'UNSUPPORTED_MEDIA_TYPE']);
  });
});
