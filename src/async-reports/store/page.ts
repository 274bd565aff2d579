// A file of its own: all lists of the store have such pages.
/** Selects a page: the first `first` rows (1 or more) after the cursor `after`, or from the start if it is null. */
export interface PageQuery {
  readonly first: number;
  readonly after: string | null;
}

/** An item of a page, with the cursor that continues after it. */
export interface Row<T> {
  readonly cursor: string;
  readonly node: T;
}

/** One page of a list. */
export interface Page<T> {
  readonly rows: readonly Row<T>[];
  readonly hasNextPage: boolean;
}
