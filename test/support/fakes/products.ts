import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import { DirectiveLocation, GraphQLDirective, type GraphQLSchema } from 'graphql';
import { withEntitiesAlone, withPromisedSdl } from '../../../schema/rules/entities.ts';

interface Product {
  readonly id: string;
  readonly sku: string;
  readonly package: string;
  readonly variation: { readonly id: string };
}

interface User {
  readonly email: string;
  readonly name: string;
  readonly totalProductsCreated: number;
  readonly yearsOfEmployment: number;
}

interface Research {
  readonly study: { readonly caseNumber: string; readonly description: string };
}

const PRODUCTS: readonly Product[] = [
  { id: 'apollo-federation', sku: 'federation', package: '@apollo/federation', variation: { id: 'OSS' } },
  { id: 'apollo-studio', sku: 'studio', package: '', variation: { id: 'platform' } },
];
const RESEARCH: readonly Research[] = [
  { study: { caseNumber: '1234', description: 'Federation Study' } },
  { study: { caseNumber: '1235', description: 'Studio Study' } },
];
const DEPRECATED = {
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
};
const CREATOR: User = {
  email: 'support@apollographql.com',
  name: 'Jane Smith',
  totalProductsCreated: 1337,
  yearsOfEmployment: 10,
};

/** Those of the reference schema. */
const FEDERATION_DIRECTIVES = [
  ...([
    '@composeDirective',
    '@extends',
    '@external',
    '@inaccessible',
    '@interfaceObject',
    '@key',
    '@override',
  ] as const),
  ...(['@provides', '@requires', '@shareable', '@tag'] as const),
];

/** The schema of Apollo's federation compatibility tests, built with the same plugins as the reports. It links that version of Federation. */
export function createProducts(linkUrl: string): GraphQLSchema {
  const builder = new SchemaBuilder<object>({ plugins: [DirectivesPlugin, FederationPlugin] });

  const User = builder.externalRef('User', builder.selection<{ email: string }>('email'), (key): User => ({
    ...CREATOR,
    ...key,
  }));
  User.implement({
    externalFields: (t) => ({
      email: t.id({ nullable: false }),
      totalProductsCreated: t.int(),
      yearsOfEmployment: t.int({ nullable: false }),
    }),
    fields: (t) => ({
      name: t.string({ override: { from: 'users' }, resolve: ({ name }) => name }),
      averageProductsCreatedPerYear: t.int({
        requires: builder.selection<{ totalProductsCreated: number; yearsOfEmployment: number }>(
          'totalProductsCreated yearsOfEmployment',
        ),
        resolve: ({ totalProductsCreated, yearsOfEmployment }) => Math.round(totalProductsCreated / yearsOfEmployment),
      }),
    }),
  });

  const Variation = builder.objectRef<Product['variation']>('ProductVariation').implement({
    fields: (t) => ({ id: t.exposeID('id', { nullable: false }) }),
  });
  const Dimension = builder.objectRef<object>('ProductDimension').implement({
    shareable: true,
    fields: (t) => ({
      size: t.string({ resolve: () => 'small' }),
      weight: t.float({ resolve: () => 1 }),
      unit: t.string({ inaccessible: true, resolve: () => 'kg' }),
    }),
  });
  const Study = builder.objectRef<Research['study']>('CaseStudy').implement({
    fields: (t) => ({
      caseNumber: t.exposeID('caseNumber', { nullable: false }),
      description: t.exposeString('description'),
    }),
  });
  const ProductResearch = builder.objectRef<Research>('ProductResearch').implement({
    fields: (t) => ({
      study: t.field({ type: Study, nullable: false, resolve: ({ study }) => study }),
      outcome: t.string({ resolve: () => null }),
    }),
  });
  builder.asEntity(ProductResearch, {
    key: builder.selection<{ study: { caseNumber: string } }>('study { caseNumber }'),
    resolveReference: (key) => RESEARCH.find(({ study }) => study.caseNumber === key.study.caseNumber) ?? null,
  });

  const Deprecated = builder.objectRef<typeof DEPRECATED>('DeprecatedProduct').implement({
    fields: (t) => ({
      sku: t.exposeString('sku', { nullable: false }),
      package: t.exposeString('package', { nullable: false }),
      reason: t.exposeString('reason'),
      createdBy: t.field({ type: User, resolve: () => CREATOR }),
    }),
  });
  const findDeprecated = (key: { sku: string; package: string }): typeof DEPRECATED | null =>
    key.sku === DEPRECATED.sku && key.package === DEPRECATED.package ? DEPRECATED : null;
  builder.asEntity(Deprecated, {
    key: builder.selection<{ sku: string; package: string }>('sku package'),
    resolveReference: findDeprecated,
  });

  const Inventory = builder.objectRef<{ id: string }>('Inventory').implement({
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      deprecatedProducts: t.field({
        type: [Deprecated],
        nullable: false,
        resolve: () => [DEPRECATED],
      }),
    }),
  });
  builder.asEntity(Inventory, {
    interfaceObject: true,
    key: builder.selection<{ id: string }>('id'),
    resolveReference: ({ id }) => ({ id }),
  });

  const ProductRef = builder.objectRef<Product>('Product').implement({
    directives: { custom: {} },
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      sku: t.exposeString('sku'),
      package: t.exposeString('package'),
      variation: t.field({ type: Variation, resolve: ({ variation }) => variation }),
      dimensions: t.field({ type: Dimension, resolve: () => ({}) }),
      createdBy: t.field({
        type: User.provides<{ totalProductsCreated: number }>('totalProductsCreated'),
        resolve: () => CREATOR,
      }),
      notes: t.string({ tag: 'internal', resolve: () => null }),
      research: t.field({
        type: [ProductResearch],
        nullable: false,
        resolve: ({ id }) => RESEARCH.slice(id === 'apollo-federation' ? 0 : 1).slice(0, 1),
      }),
    }),
  });
  builder.asEntity(ProductRef, {
    key: [
      builder.selection<{ id: string }>('id'),
      builder.selection<{ sku: string; package: string }>('sku package'),
      builder.selection<{ sku: string; variation: { id: string } }>('sku variation { id }'),
    ],
    resolveReference: (key: Partial<Product>) =>
      PRODUCTS.find((product) =>
        key.id !== undefined
          ? product.id === key.id
          : product.sku === key.sku && (product.package === key.package || product.variation.id === key.variation?.id),
      ) ?? null,
  });

  builder.queryType({
    fields: (t) => ({
      product: t.field({
        type: ProductRef,
        args: { id: t.arg.id({ required: true }) },
        resolve: (_, args) => PRODUCTS.find(({ id }) => id === args.id) ?? null,
      }),
      deprecatedProduct: t.field({
        type: Deprecated,
        deprecationReason: 'Use product query instead',
        args: { sku: t.arg.string({ required: true }), package: t.arg.string({ required: true }) },
        resolve: (_, key) => findDeprecated(key),
      }),
    }),
  });

  const schema = builder.toSubGraphSchema({
    linkUrl,
    federationDirectives: FEDERATION_DIRECTIVES,
    directives: [new GraphQLDirective({ name: 'custom', locations: [DirectiveLocation.OBJECT] })],
    composeDirectives: ['@custom'],
    schemaDirectives: { link: { url: 'https://myspecs.dev/myCustomDirective/v1.0', import: ['@custom'] } },
  });
  return withPromisedSdl(withEntitiesAlone(schema));
}
