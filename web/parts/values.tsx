import type { ComponentChildren } from 'preact';
import { formatBytes, formatChange, formatCount, formatExactBytes } from '../format/numbers.ts';
import { linkTo } from '../state/location.ts';

/** Bytes in a unit that people say; the exact number is in the title and in the value. */
export function Bytes({ value }: { readonly value: number | null | undefined }) {
  if (value === null || value === undefined) return <Unknown />;
  return (
    <data value={value} title={formatExactBytes(value)}>
      {formatBytes(value)}
    </data>
  );
}

export function Count({ value }: { readonly value: number | null | undefined }) {
  if (value === null || value === undefined) return <Unknown />;
  return <data value={value}>{formatCount(value)}</data>;
}

/** A relative change: more is not better or worse, so both have the same colour. */
export function Change({ value, of }: { readonly value: number | null | undefined; readonly of?: string }) {
  if (value === null || value === undefined) return <Unknown />;
  const direction = value > 0.0005 ? 'up' : value < -0.0005 ? 'down' : 'same';
  return (
    <data class={`change ${direction}`} value={value} title={of}>
      {formatChange(value)}
    </data>
  );
}

export function Unknown() {
  return (
    <span class="unknown" title="Not known">
      –
    </span>
  );
}

/** An IMEI, which opens the view of the device. */
export function Imei({ imei }: { readonly imei: string }) {
  return (
    <a class="imei" href={linkTo('device', { imei })}>
      {imei}
    </a>
  );
}

/** A figure with its name, and what it means. */
export function Stat(props: {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly id?: string;
}) {
  return (
    <div class="stat" data-stat={props.id}>
      <dt>{props.name}</dt>
      <dd class="figure">{props.children}</dd>
      {props.note !== undefined && <dd class="note">{props.note}</dd>}
    </div>
  );
}
