/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Text that may be cut, so that the table fits. */
  readonly mayShrink?: boolean;
  /** Left out if the table does not fit otherwise; the last one first. */
  readonly isOptional?: boolean;
}

const GAP = '  ';
/** A column of text is cut to this many characters before others are left out. */
const MIN_TEXT = 12;

/** A column with the texts of its rows, and its width. */
interface Sized {
  readonly column: Column;
  readonly cells: readonly string[];
  readonly width: number;
}

/**
 * Lays out rows in columns, the first line being the titles. With a width, each line fits into it: text is cut, then optional columns are
 * left out, then lines are cut.
 */
export function toTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string[] {
  const all = columns.map((column, at) => {
    const cells = [column.title, ...rows.map((row) => row[at] ?? '')];
    return { column, cells, width: cells.reduce((most, { length }) => Math.max(most, length), 0) };
  });
  const sized = width === null ? all : fit(all, width);
  const lines = ['', ...rows].map((_, row) =>
    sized
      .map(({ column, cells, width: wide }, at) => {
        const cell = cutTo(cells[row] ?? '', wide);
        if (column.align === 'right') return cell.padStart(wide);
        return at === sized.length - 1 ? cell : cell.padEnd(wide);
      })
      .join(GAP),
  );
  return width === null ? lines : lines.map((line) => cutTo(line, width));
}

function fit(columns: readonly Sized[], width: number): readonly Sized[] {
  const excess = widthOf(columns) - width;
  if (excess <= 0) return columns;
  const shrinking = columns.find(({ column, width: wide }) => column.mayShrink === true && wide > MIN_TEXT);
  if (shrinking !== undefined) {
    const smaller = { ...shrinking, width: Math.max(MIN_TEXT, shrinking.width - excess) };
    return fit(
      columns.map((each) => (each === shrinking ? smaller : each)),
      width,
    );
  }
  const optional = columns.findLast(({ column }) => column.isOptional === true);
  if (optional === undefined) return columns;
  return fit(
    columns.filter((each) => each !== optional),
    width,
  );
}

function widthOf(columns: readonly Sized[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));
}

function cutTo(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
