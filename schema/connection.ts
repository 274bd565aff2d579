import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { Page, PageQuery, Row } from '../src/async-reports/store/store.ts';
import type { ArgumentCheck } from './rules/arguments-below.ts';
import { builder } from './builder.ts';

/** A page of a list, and what else a connection tells of it. */
export interface Connection<T> {
  readonly page: Page<T>;
  /** The cursor behind which the page begins; null for the list's beginning. */
  readonly after: string | null;
  readonly countAll: () => number | Promise<number>;
}

interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

type Types = typeof builder.$inferSchemaTypes;

const MAX_ROWS_PER_PAGE = 1_000;

/** What the fields of a list share whose pages are so many rows long where nothing is said. */
export function createPages(rows: number) {
  return {
    toArguments: (arg: ArgBuilder<Types>) => ({
      first: arg.int({ defaultValue: rows, description: `At most so many, 1 to ${MAX_ROWS_PER_PAGE}.` }),
      after: arg.string({
        description: 'Only what comes behind this cursor, which an earlier page of the same list gave.',
      }),
    }),
    /** What a guard has to reckon with for a page. */
    size: {
      slicingArguments: ['first'],
      sizedFields: ['edges', 'nodes'],
      assumedSize: rows,
      requireOneSlicingArgument: false,
    },
    /** How many rows a page will have at most. */
    toPlannedRows: ({ first }: Readonly<Record<string, unknown>>): number =>
      typeof first === 'number' ? Math.min(Math.max(first, 0), MAX_ROWS_PER_PAGE) : rows,
    /** The page asked for. Throws BAD_USER_INPUT. */
    toQuery({ first, after }: PageArguments): PageQuery {
      rejectFaults(checkFirst(first));
      return { first: first ?? rows, after: after ?? null };
    },
  };
}

/** Finds what is wrong with a page's arguments before anything is fetched. */
export const pageCheck: ArgumentCheck = {
  check: ({ first, after }) => [...checkFirst(first), ...checkCursor(after)],
};

/** The same page with other nodes. */
export function mapPage<T, U>({ rows, hasNextPage }: Page<T>, toNode: (node: T) => U): Page<U> {
  return { rows: rows.map(({ cursor, node }) => ({ cursor, node: toNode(node) })), hasNextPage };
}

const PageInfoRef = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  shareable: true,
  fields: (t) => ({
    hasNextPage: t.boolean({
      nullable: false,
      description: 'Whether more comes behind this page.',
      resolve: ({ page }) => page.hasNextPage,
    }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description: 'Whether this page begins behind a cursor.',
      resolve: ({ after }) => after !== null,
    }),
    startCursor: t.string({
      description: 'The cursor of the first edge; null for an empty page.',
      resolve: ({ page }) => page.rows[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      description: 'The cursor of the last edge, for after of the next page; null for an empty page.',
      resolve: ({ page }) => page.rows.at(-1)?.cursor ?? null,
    }),
  }),
});

/** The connection type over a node type, with its edge type, after Relay's cursor specification. */
export function createConnectionType<T>(name: string, nodeType: ObjectRef<Types, T>, list: string) {
  const EdgeRef = builder.objectRef<Row<T>>(`${name}Edge`).implement({
    description: `One of ${list}, with its place in the list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { nullable: false, description: 'The place, for after.' }),
      node: t.field({
        type: nodeType,
        nullable: false,
        description: 'What stands there.',
        resolve: ({ node }) => node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<T>>(`${name}Connection`).implement({
    description: `A page of ${list}.`,
    fields: (t) => ({
      edges: t.field({
        type: [EdgeRef],
        nullable: false,
        description: 'The page with a cursor for each.',
        resolve: ({ page }) => page.rows,
      }),
      nodes: t.field({
        type: [nodeType],
        nullable: false,
        description: 'The page without cursors.',
        resolve: ({ page }) => page.rows.map(({ node }) => node) as never,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        nullable: false,
        description: 'Where the page stands in the list.',
        resolve: (connection) => connection,
      }),
      totalCount: t.int({
        nullable: false,
        description: 'How many there are in the whole list.',
        resolve: ({ countAll }) => countAll(),
      }),
    }),
  });
}

function checkFirst(first: unknown): InputFault[] {
  if (typeof first !== 'number' || (first >= 1 && first <= MAX_ROWS_PER_PAGE)) return [];
  const message = `This is ${first < 1 ? 'below 1' : `over ${MAX_ROWS_PER_PAGE}`}. Send a number from 1 to ${MAX_ROWS_PER_PAGE}, and after for the next page.`;
  return [{ argumentPath: ['first'], message }];
}

/** What can be no list's cursor is found here; whether one is this list's, the store finds. */
function checkCursor(after: unknown): InputFault[] {
  if (typeof after !== 'string' || isCursor(after)) return [];
  const message = 'This is no cursor. Use one that an earlier page of this list gave, or leave it out.';
  return [{ argumentPath: ['after'], message }];
}

function isCursor(text: string): boolean {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(place) && place.length === 2 && typeof place[0] === 'string';
  } catch {
    return false;
  }
}
