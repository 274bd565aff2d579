// Pure geometry of charts: values to pixels.

export type Scale = (value: number) => number;

/** Maps a domain to pixels, straight. */
export function toLinear([min, max]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const span = max - min || 1;
  return (value) => start + ((value - min) / span) * (end - start);
}

/** Maps positive values to pixels by their logarithm. What is not above the least value is drawn at it. */
export function toLogarithmic([min, max]: readonly [number, number], range: readonly [number, number]): Scale {
  const linear = toLinear([Math.log10(min), Math.log10(max)], range);
  return (value) => linear(Math.log10(Math.max(value, min)));
}

/** Round numbers from 0 to at least the maximum: about as many as asked for. */
export function toTicks(max: number, count = 4): number[] {
  if (max <= 0) return [0, 1];
  const raw = max / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, at) => at * step);
}

/** Round numbers that enclose the values, from 0 unless that would hide how they differ. */
export function toTicksAround(min: number, max: number, count = 4): number[] {
  const spread = max - min;
  if (spread <= 0 || min < spread * 2) return toTicks(max, count);
  const ticks = toTicks(spread * 2, count);
  const step = ticks[1] ?? 1;
  const first = Math.floor((min - spread) / step) * step;
  return Array.from({ length: Math.ceil((max - first) / step - 1e-9) + 1 }, (_, at) => first + at * step);
}

/** Powers of ten that enclose the values. */
export function toPowers(min: number, max: number): number[] {
  const first = Math.floor(Math.log10(min));
  const last = Math.max(first + 1, Math.ceil(Math.log10(max)));
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
}

/** The path of a line through points. */
export function toPath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
