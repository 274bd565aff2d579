/** How many values stand in a JSON value, lists and objects themselves among them; counted no further than just past `most`. */
export function countValues(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let counted = 1;
  for (const below of Object.values(value)) {
    if (counted > most) break;
    counted += countValues(below, most - counted);
  }
  return counted;
}
