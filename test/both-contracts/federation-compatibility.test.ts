import { stripIgnoredCharacters } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProducts, type ProductsServer } from '../support/fakes/products-server.ts';

const ID = 'apollo-federation';
const PRODUCT = { sku: 'federation', package: '@apollo/federation', variation: { id: 'OSS' } };
const EMAIL = 'support@apollographql.com';

/** Apollo's subgraph compatibility checks: Apollo's products in place of the reports, on the same plugins and server. */
describe('a subgraph of this server', () => {
  let server: ProductsServer;
  let sdl: string;

  beforeAll(async () => {
    server = await startProducts('https://specs.apollo.dev/federation/v2.9');
    sdl = stripIgnoredCharacters(server.sdl);
  });
  afterAll(() => server.close());

  const ask = async (query: string, variables: object = {}): Promise<{ data?: unknown; errors?: unknown }> => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: unknown; errors?: unknown };
  };

  /** Queries twice, so that both lanes answer: the second time the operation is prepared. */
  const entities = async (selection: string, ...representations: object[]): Promise<unknown> => {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
    const first = await ask(query, { representations });
    expect(await ask(query, { representations })).toEqual(first);
    expect(first.errors).toBeUndefined();
    return (first.data as { _entities: unknown })._entities;
  };

  test('has _service, _Any and _Entity', async () => {
    const { data } = await ask(`{
      service: __type(name: "_Service") { kind fields { name type { kind ofType { name } } } }
      any: __type(name: "_Any") { kind }
      entity: __type(name: "_Entity") { kind possibleTypes { name } }
    }`);
    expect(data).toEqual({
      service: {
        kind: 'OBJECT',
        fields: [{ name: 'sdl', type: { kind: 'NON_NULL', ofType: { name: 'String' } } }],
      },
      any: { kind: 'SCALAR' },
      entity: {
        kind: 'UNION',
        possibleTypes: ['DeprecatedProduct', 'Inventory', 'Product', 'ProductResearch', 'User'].map((name) => ({
          name,
        })),
      },
    });
  });

  test('links Federation once, with its imports', () => {
    const links = [
      ...sdl.matchAll(/@link\(url:"(https:\/\/specs\.apollo\.dev\/federation\/[^"]+)" import:\[([^\]]*)\]/g),
    ];
    expect(links).toHaveLength(1);
    expect(links[0]?.[1]).toBe('https://specs.apollo.dev/federation/v2.9');
    for (const directive of ['@composeDirective', '@external', '@key', '@override', '@provides', '@requires', '@tag']) {
      expect(links[0]?.[2]).toContain(`"${directive}"`);
    }
  });

  test.each([
    ['@key, single', /type Product[^{]*@key\(fields:"id"\)/],
    ['@key, several fields', /type Product[^{]*@key\(fields:"sku package"\)/],
    ['@key, nested fields', /type Product@.*?@key\(fields:"sku variation { id }"\)/],
    ['@requires', /averageProductsCreatedPerYear:Int@requires\(fields:"totalProductsCreated yearsOfEmployment"\)/],
    ['@external', /totalProductsCreated:Int@external/],
    ['@provides', /createdBy:User@provides\(fields:"totalProductsCreated"\)/],
    ['@override', /name:String@override\(from:"users"\)/],
    ['@shareable', /type ProductDimension@shareable/],
    ['@inaccessible', /unit:String@inaccessible/],
    ['@tag', /notes:String@tag\(name:"internal"\)/],
    ['@interfaceObject', /type Inventory[^{]*@key\(fields:"id"\)[^{]*@interfaceObject/],
    ['@composeDirective', /@composeDirective\(name:"@custom"\)/],
    [
      'the @link of a custom directive',
      /@link\(url:"https:\/\/myspecs\.dev\/myCustomDirective\/v1\.0" import:\["@custom"\]\)/,
    ],
    ['the definition of a custom directive', /directive@custom on OBJECT/],
    ['the use of a custom directive', /type Product@.*?@custom\{id:/],
    ['@deprecated', /deprecatedProduct\([^)]*\):DeprecatedProduct@deprecated\(reason:"Use product query instead"\)/],
  ])('has %s in its SDL', (_, pattern) => {
    expect(sdl).toMatch(pattern);
  });

  test('answers a gateway that asks for a trace', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'apollo-federation-include-trace': 'ftv1' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    const ftv1: unknown = expect.any(String);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' }, extensions: { ftv1 } });
  });

  test('resolves an entity by each of its keys', async () => {
    const { sku, variation } = PRODUCT;
    const selection = '... on Product { id sku package variation { id } }';
    const keys = [{ id: ID }, { sku, package: PRODUCT.package }, { sku, variation }];
    const found = await entities(selection, ...keys.map((key) => ({ __typename: 'Product', ...key })));
    expect(found).toEqual(keys.map(() => ({ id: ID, ...PRODUCT })));
  });

  test('resolves entities of several types, by composite and nested keys', async () => {
    const deprecated = { sku: 'apollo-federation-v1', package: '@apollo/federation-v1' };
    const found = await entities(
      `__typename ... on DeprecatedProduct { reason } ... on ProductResearch { study { description } }`,
      { __typename: 'DeprecatedProduct', ...deprecated },
      { __typename: 'ProductResearch', study: { caseNumber: '1234' } },
      { __typename: 'ProductResearch', study: { caseNumber: 'none' } },
    );
    expect(found).toEqual([
      { __typename: 'DeprecatedProduct', reason: 'Migrate to Federation V2' },
      { __typename: 'ProductResearch', study: { description: 'Federation Study' } },
      null,
    ]);
  });

  test('computes a field with @requires from the representation', async () => {
    const found = await entities('... on User { email name averageProductsCreatedPerYear }', {
      __typename: 'User',
      email: EMAIL,
      totalProductsCreated: 60,
      yearsOfEmployment: 4,
    });
    expect(found).toEqual([{ email: EMAIL, name: 'Jane Smith', averageProductsCreatedPerYear: 15 }]);
  });

  test('resolves fields that it @provides, and fields that are @inaccessible', async () => {
    const { data, errors } = await ask(
      `query ($id: ID!) { product(id: $id) { createdBy { email totalProductsCreated } dimensions { unit } } }`,
      { id: ID },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      product: { createdBy: { email: EMAIL, totalProductsCreated: 1337 }, dimensions: { unit: 'kg' } },
    });
  });

  test('adds fields to an interface of another subgraph with @interfaceObject', async () => {
    const found = await entities('... on Inventory { id deprecatedProducts { sku reason } }', {
      __typename: 'Inventory',
      id: 'apollo-oss',
    });
    expect(found).toEqual([
      {
        id: 'apollo-oss',
        deprecatedProducts: [{ sku: 'apollo-federation-v1', reason: 'Migrate to Federation V2' }],
      },
    ]);
  });
});
