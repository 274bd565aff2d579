import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/**
 * A drawing whose points can be gone through with the pointer and the arrow keys: a slider over the points, which says what each of them is.
 */
export function Scan(props: {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Where each point is, in pixels from the left. */
  readonly xs: readonly number[];
  readonly describe: (at: number) => string;
  readonly first: number;
  readonly children: (at: number | null) => ComponentChildren;
}) {
  const { name, width, height, xs, describe, first, children } = props;
  const [at, setAt] = useState<number | null>(null);
  const shown = at === null ? null : Math.min(at, xs.length - 1);
  const move = (to: number): void => setAt(Math.max(0, Math.min(xs.length - 1, to)));
  const now = shown ?? first;
  return (
    <div
      class="scan"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={xs.length - 1}
      aria-valuenow={now}
      aria-valuetext={describe(now)}
      onFocus={() => setAt(shown ?? first)}
      onBlur={() => setAt(null)}
      onPointerLeave={(event) => setAt(document.activeElement === event.currentTarget ? shown : null)}
      onPointerMove={(event) => {
        const { left, width: drawn } = event.currentTarget.getBoundingClientRect();
        move(findNearest(xs, ((event.clientX - left) / drawn) * width));
      }}
      onKeyDown={(event) => {
        const to = KEYS[event.key]?.(now, xs.length);
        if (to === undefined) return;
        event.preventDefault();
        move(to);
      }}
    >
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
        {children(shown)}
      </svg>
      <p class="readout" aria-hidden="true">
        {shown === null ? ' ' : describe(shown)}
      </p>
    </div>
  );
}

const KEYS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  PageUp: (at) => at + 7,
  PageDown: (at) => at - 7,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function findNearest(xs: readonly number[], x: number): number {
  return xs.reduce((best, each, at) => (Math.abs(each - x) < Math.abs((xs[best] ?? 0) - x) ? at : best), 0);
}
