import { ValueAxis } from '../../charts/axes.tsx';
import { Figure, Key } from '../../charts/figure.tsx';
import { Scan } from '../../charts/scan.tsx';
import { toLinear, toTicksAround } from '../../charts/scale.ts';
import { formatBytes, formatRatio } from '../../format/numbers.ts';
import { Bytes } from '../../parts/values.tsx';
import type { Step } from './changes-data.ts';

const HEIGHT = 280;
const MARGIN = { top: 26, right: 8, bottom: 58, left: 60 };
/** Less room than this for a name, and each of its words has a line. */
const MIN_NAME_PX = 76;

/** What the change is made of: from the bytes before, by more or fewer devices, sessions and bytes, to the bytes now. */
export function Waterfall({ steps }: { readonly steps: readonly Step[] }) {
  const [lowest = 0] = toAxis(steps);
  return (
    <Figure
      title="What the change is made of"
      summary={`Each factor multiplies what the one before it left.${lowest > 0 ? ` The axis begins at ${formatBytes(lowest)}.` : ''}`}
      legend={
        <>
          <Key of="bar">total</Key>
          <Key of="bar more">more</Key>
          <Key of="bar less">less</Key>
        </>
      }
      head={['Step', 'Factor', 'Bytes after it']}
      rows={steps.map(({ name, factor, to }) => [
        name,
        factor === null ? '' : <data value={factor}>{formatRatio(factor)}</data>,
        <Bytes value={Math.round(to)} />,
      ])}
    >
      {(width) => <Drawing steps={steps} width={width} />}
    </Figure>
  );
}

function Drawing({ steps, width }: { readonly steps: readonly Step[]; readonly width: number }) {
  const ticks = toAxis(steps);
  const [lowest = 0] = ticks;
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const y = toLinear([lowest, ticks.at(-1) ?? 1], [bottom, MARGIN.top]);
  const step = (right - MARGIN.left) / steps.length;
  const bar = Math.min(76, step * 0.62);
  const xs = steps.map((_, at) => MARGIN.left + (at + 0.5) * step);
  return (
    <Scan
      name="Steps from the bytes before to the bytes now"
      width={width}
      height={HEIGHT}
      xs={xs}
      first={0}
      describe={(at) => describeStep(steps[at])}
    >
      {(shown) => (
        <>
          <ValueAxis ticks={ticks} y={y} left={MARGIN.left} right={right} />
          {steps.map(({ name, from, to, factor }, at) => {
            const x = xs[at] ?? 0;
            const next = xs[at + 1];
            const [high, low] = [y(Math.max(from, to)), y(Math.max(lowest, Math.min(from, to)))];
            return (
              <g key={name}>
                {shown === at && (
                  <rect class="band" x={x - step / 2} y={MARGIN.top} width={step} height={bottom - MARGIN.top} />
                )}
                <rect
                  class={factor === null ? 'bar' : to >= from ? 'bar more' : 'bar less'}
                  x={x - bar / 2}
                  y={high}
                  width={bar}
                  height={Math.max(2, low - high)}
                  rx="2"
                />
                {next !== undefined && <line class="grid" x1={x + bar / 2} x2={next - bar / 2} y1={y(to)} y2={y(to)} />}
                <text class="chart-label strong" x={x} y={high - 7} text-anchor="middle">
                  {factor === null ? formatBytes(to) : formatRatio(factor)}
                </text>
                <Name lines={name.split(step < MIN_NAME_PX ? ' ' : / (?=per )/)} x={x} y={bottom + 17} />
              </g>
            );
          })}
        </>
      )}
    </Scan>
  );
}

/** Round numbers around the ends of all steps. */
function toAxis(steps: readonly Step[]): number[] {
  const ends = steps.map(({ to }) => to);
  return toTicksAround(Math.min(...ends), Math.max(...ends));
}

function Name({ lines, x, y }: { readonly lines: readonly string[]; readonly x: number; readonly y: number }) {
  return (
    <text class="chart-label" x={x} y={y} text-anchor="middle">
      {lines.map((line, at) => (
        <tspan x={x} dy={at === 0 ? 0 : 15}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

function describeStep(step: Step | undefined): string {
  if (step === undefined) return '';
  const { name, from, to, factor } = step;
  if (factor === null) return `${name}: ${formatBytes(to)}`;
  const difference = to - from;
  return `${name}: ${formatRatio(factor)}, ${formatBytes(Math.abs(difference))} ${difference < 0 ? 'less' : 'more'}`;
}
