/** A content coding that this server can apply. */
export type Encoding = 'br' | 'gzip';

/**
 * Returns the coding that the client likes best (RFC 9110, section 12.5.3), and of several the first of `ours`. Null if it accepts none of
 * them, or prefers none at all.
 */
export function chooseEncoding(acceptEncoding: string | undefined, ours: readonly Encoding[]): Encoding | null {
  if (acceptEncoding === undefined || acceptEncoding === '') return null;
  const weights = readWeights(acceptEncoding);
  let best: Encoding | null = null;
  let bestWeight = weights.get('identity') ?? 0;
  for (const encoding of ours) {
    const weight = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (weight === 0 || weight < bestWeight || (weight === bestWeight && best !== null)) continue;
    best = encoding;
    bestWeight = weight;
  }
  return best;
}

/** A weight from 0 to 1 with at most three decimals. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;
const ALIASES: ReadonlyMap<string, string> = new Map([['x-gzip', 'gzip']]);

/** The weights by name. An entry whose weight is not valid is left out. */
function readWeights(acceptEncoding: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const entry of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', parameter] = entry.split(';', 2).map((part) => part.trim());
    const weight = parameter === undefined ? '1' : WEIGHT.exec(parameter)?.[1];
    if (weight !== undefined) weights.set(ALIASES.get(name) ?? name, Number(weight));
  }
  return weights;
}
