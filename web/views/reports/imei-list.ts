/** What somebody pasted. */
export interface ImeiList {
  /** Without duplicates, in the order of the text. */
  readonly imei: readonly string[];
  readonly duplicates: number;
  /** Words that are no IMEIs. */
  readonly rejected: readonly string[];
}

/** Separators of lists, of CSV, and of IMEIs in quotes. */
const SEPARATORS = /[\s,;|"'=]+/;
const IMEI = /^\d{15}$/;

/** Reads a pasted list or a column of a CSV file. Words without a digit, such as the head of a column, are ignored. */
export function readImeis(text: string): ImeiList {
  const words = text.split(SEPARATORS).filter((word) => /\d/.test(word));
  const valid = words.filter((word) => IMEI.test(word));
  const imei = [...new Set(valid)];
  return { imei, duplicates: valid.length - imei.length, rejected: words.filter((word) => !IMEI.test(word)) };
}
