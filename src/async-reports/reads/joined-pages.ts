import type { ReadSize } from '../../domain/read-budget.ts';
import type { Page, PageQuery } from '../store/page.ts';
import { createJoinedReads, type RunRead } from './joined-reads.ts';
import { untilCallersTurn } from '../../turns/callers-turn.ts';

/** A list that has pages. */
export interface JoinedPagesOptions<Key, T> {
  readonly run: RunRead;
  /** Equal for equal keys. */
  readonly toText: (key: Key) => string;
  /** What a page of `first` rows costs. */
  readonly toSize: (key: Key, first: number) => ReadSize;
  readonly read: (key: Key, page: PageQuery) => Promise<Page<T>>;
}

/** An operation may ask for the same page under thousands of aliases. Resolving the fields of so many takes about 10 ms. */
const PAGES_PER_TURN = 250;

interface PageStart<Key> {
  readonly key: Key;
  readonly after: string | null;
}

/**
 * Returns a function that reads pages. Those that start at the same row are one read, which is as long as the longest. Between each 250
 * pages, the event loop serves others.
 */
export function createJoinedPages<Key, T>({
  run,
  toText,
  toSize,
  read,
}: JoinedPagesOptions<Key, T>): (key: Key, page: PageQuery) => Promise<Page<T>> {
  const join = createJoinedReads<PageStart<Key>, number, Page<T>>({
    run,
    toText: ({ key, after }) => JSON.stringify([toText(key), after]),
    read: ({ key, after }, first) => read(key, { first, after }),
    toSize: ({ key }, first) => toSize(key, first),
    covers: (before, first) => before >= first,
    unite: Math.max,
  });
  let pages = 0;
  let turn = Promise.resolve();
  return async (key, { first, after }) => {
    const page = await join({ key, after }, first);
    if (pages > 0 && pages % PAGES_PER_TURN === 0) turn = turn.then(untilCallersTurn);
    pages += 1;
    if (pages > PAGES_PER_TURN) await turn;
    return cut(page, first);
  };
}

function cut<T>(page: Page<T>, first: number): Page<T> {
  return page.rows.length <= first ? page : { rows: page.rows.slice(0, first), hasNextPage: true };
}
