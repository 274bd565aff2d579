import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { readCursor } from '../src/domain/cursor.ts';
import type { InputFault } from '../src/domain/errors.ts';
import type { Page, PageQuery, Row } from '../src/async-reports/store/page.ts';
import { builder } from './builder.ts';
import type { Selects } from './rules/field-rule.ts';
import { asciiText } from './rules/value-size.ts';

/** What a field of pages was asked for. */
export interface PageSelection {
  readonly query: PageQuery;
  /** Whether to read the page. The total alone does not need it. */
  readonly isRead: boolean;
}

/** A page of a list, with what the fields of a connection need. */
export interface Connection<T> {
  /** Read at the first call, if it was not read before. */
  readonly page: () => Page<T> | Promise<Page<T>>;
  /** The cursor that the page starts after; null for the first page. */
  readonly after: string | null;
  readonly countAll: () => number | Promise<number>;
}

/** The arguments of a page, not yet parsed. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

type Types = typeof builder.$inferSchemaTypes;

/** A cursor holds at most a number and a transaction id. */
const CURSOR = asciiText(1_500);
const MAX_ROWS_PER_PAGE = 1_000;

/** The fields of a connection that need its page. */
const READ_FIELDS = ['edges', 'nodes', 'pageInfo'];

/** Arguments of the fields of a list, and their parser, whose pages have `rows` rows by default, and `maxRows` at most. */
export function createPages(rows: number, maxRows = MAX_ROWS_PER_PAGE) {
  return {
    toArguments: (arg: ArgBuilder<Types>) => ({
      first: arg.int({ defaultValue: rows, description: `Maximum number of rows (1-${maxRows}).` }),
      after: arg.string({
        description: 'Return rows after this cursor. Use a cursor of the same list in the same order.',
      }),
    }),
    /** `@listSize` of a page. Without `first`, gateways count its default; Cosmo rejects an assumed size beside it. */
    size: { slicingArguments: ['first'], sizedFields: ['edges', 'nodes'], requireOneSlicingArgument: false },
    /** Parses the arguments into a query of the store, and adds their faults. */
    parse({ first, after }: PageArguments, faults: InputFault[], selects: Selects): PageSelection {
      checkFirst(first, maxRows, faults);
      checkCursor(after, faults);
      // Whether a cursor belongs to this list shows when it is read.
      const isRead = READ_FIELDS.some(selects) || (after ?? null) !== null;
      return { query: { first: first ?? rows, after: after ?? null }, isRead };
    },
  };
}

/** Opens a connection. If reading its page fails, the connection does, and not each field below it. */
export function openConnection<T>(
  { query, isRead }: PageSelection,
  read: (query: PageQuery) => Promise<Page<T>>,
  countAll: Connection<T>['countAll'],
): Connection<T> | Promise<Connection<T>> {
  const { after } = query;
  if (!isRead) return { page: () => read(query), after, countAll };
  return read(query).then((page) => ({ page: () => page, after, countAll }));
}

/** Returns the same page with converted nodes. */
export function mapPage<T, U>({ rows, hasNextPage }: Page<T>, toNode: (node: T) => U): Page<U> {
  return { rows: rows.map(({ cursor, node }) => ({ cursor, node: toNode(node) })), hasNextPage };
}

const PageInfoRef = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'Information about a page, as in the Relay cursor specification.',
  shareable: true,
  fields: (t) => ({
    hasNextPage: t.boolean({
      nullable: false,
      description: 'Whether there are rows after this page.',
      resolve: (connection) => withPage(connection, ({ hasNextPage }) => hasNextPage),
    }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description: 'Whether this page was requested with after.',
      resolve: ({ after }) => after !== null,
    }),
    startCursor: t.string({
      extensions: CURSOR,
      description: 'Cursor of the first edge; null if the page is empty.',
      resolve: (connection) => withPage(connection, ({ rows }) => rows[0]?.cursor ?? null),
    }),
    endCursor: t.string({
      extensions: CURSOR,
      description: 'Cursor of the last edge, to send as after for the next page; null if the page is empty.',
      resolve: (connection) => withPage(connection, ({ rows }) => rows.at(-1)?.cursor ?? null),
    }),
  }),
});

/** Declares the connection and edge types of a node type, as in the Relay cursor specification. `list` is its name in descriptions. */
export function createConnectionType<T>(name: string, nodeType: ObjectRef<Types, T>, list: string) {
  const EdgeRef = builder.objectRef<Row<T>>(`${name}Edge`).implement({
    description: `An edge in a list of ${list}.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        extensions: CURSOR,
        nullable: false,
        description: 'Cursor of this item, to send as after.',
      }),
      node: t.field({
        type: nodeType,
        nullable: false,
        description: 'The item at the end of the edge.',
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
        description: 'Items of the page, each with its cursor.',
        resolve: (connection) => withPage(connection, ({ rows }) => rows),
      }),
      nodes: t.field({
        type: [nodeType],
        nullable: false,
        description: 'Items of the page, without cursors.',
        resolve: (connection) => withPage(connection, ({ rows }) => rows.map(({ node }) => node)) as never,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        nullable: false,
        description: 'Information for paging.',
        resolve: (connection) => connection,
      }),
      totalCount: t.int({
        nullable: false,
        description: 'Number of items in the whole list.',
        resolve: ({ countAll }) => countAll(),
      }),
    }),
  });
}

function withPage<T, U>({ page: open }: Connection<T>, toValue: (page: Page<T>) => U): U | Promise<U> {
  const page = open();
  return page instanceof Promise ? page.then(toValue) : toValue(page);
}

function checkFirst(first: PageArguments['first'], maxRows: number, faults: InputFault[]): void {
  if (first === null || first === undefined || (first >= 1 && first <= maxRows)) return;
  const message =
    `This is ${first < 1 ? 'less than 1' : `greater than ${maxRows}`}. Send a number from 1 to ${maxRows}; ` +
    'use after to get the next page.';
  faults.push({ argumentPath: ['first'], message });
}

/** Checks only that the text is a cursor at all. Whether it belongs to this list, the store checks. */
function checkCursor(after: PageArguments['after'], faults: InputFault[]): void {
  if (after === null || after === undefined || readCursor(after) !== null) return;
  const message = 'This is not a valid cursor. Send one that an earlier page of this list returned, or omit it.';
  faults.push({ argumentPath: ['after'], message });
}
