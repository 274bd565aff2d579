import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** A row of the table that says what a chart shows. */
export type Row = readonly ComponentChildren[];

const MIN_WIDTH = 280;
const FIRST_WIDTH = 720;

/** A chart with a title, drawn as wide as there is room, and the same values as a table. */
export function Figure(props: {
  readonly title: string;
  readonly summary?: ComponentChildren;
  readonly legend?: ComponentChildren;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  readonly children: (width: number) => ComponentChildren;
}) {
  const { title, summary, legend, head, rows, children } = props;
  const [room, width] = useWidth();
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        {summary !== undefined && <p>{summary}</p>}
      </figcaption>
      {legend !== undefined && <div class="legend">{legend}</div>}
      <div class="drawing" ref={room}>
        {children(width)}
      </div>
      <details class="as-table">
        <summary>Show as a table</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <Table head={head} rows={rows} caption={title} />
        </div>
      </details>
    </figure>
  );
}

export function Table(props: {
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  readonly caption: string;
}) {
  const { head, rows, caption } = props;
  return (
    <table>
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {head.map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells) => (
          <tr>{cells.map((cell, at) => (at === 0 ? <th scope="row">{cell}</th> : <td>{cell}</td>))}</tr>
        ))}
      </tbody>
    </table>
  );
}

/** A key of the legend: a swatch, whose class is that of what is drawn, and its name. */
export function Key({ of, children }: { readonly of: string; readonly children: ComponentChildren }) {
  return (
    <span class="key">
      <svg width="18" height="12" aria-hidden="true">
        <rect class={of} x="1" y="1" width="16" height="10" />
      </svg>
      {children}
    </span>
  );
}

/** The width of an element, now and when it changes. */
function useWidth() {
  const room = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useLayoutEffect(() => {
    const element = room.current;
    if (element === null) return undefined;
    const measure = (): void => setWidth(Math.max(MIN_WIDTH, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [room, width] as const;
}
