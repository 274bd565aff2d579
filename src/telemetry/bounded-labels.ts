/** Returns the text itself, or `(other)` if too many different ones came before. */
export type ToLabel = (text: string) => string;

/** The label of all texts beyond the limit. No GraphQL name has parentheses. */
export const OTHER = '(other)';

/** An IMEI in the name of an operation must not get into the metrics. */
const IMEI = /\d{15}/;

/**
 * Limits how many values a label has, because a time series takes memory here and in Prometheus for good, and callers choose some of the
 * texts. Those of `reserved` always count as themselves, and those that contain an IMEI never do.
 */
export function createBoundedLabels(maxLabels: number, reserved: readonly string[] = []): ToLabel {
  const known = new Set(reserved);
  let free = maxLabels;
  return (text) => {
    if (known.has(text)) return text;
    if (free === 0 || IMEI.test(text)) return OTHER;
    free -= 1;
    known.add(text);
    return text;
  };
}
