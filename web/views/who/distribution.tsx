import { Figure, Key } from '../../charts/figure.tsx';
import { Scan } from '../../charts/scan.tsx';
import { toLinear, toLogarithmic, toPath, toPowers } from '../../charts/scale.ts';
import { formatBytes, formatPercent } from '../../format/numbers.ts';
import { Bytes } from '../../parts/values.tsx';

const HEIGHT = 240;
const MARGIN = { top: 22, right: 20, bottom: 30, left: 64 };
/** The percentiles that have names. */
const NAMED = [50, 95, 99];

export interface DistributionProps {
  /** Bytes per device at evenly spaced percentiles from 0 to 100. */
  readonly curve: readonly number[];
  /** Bytes per device at p50, p95 and p99. */
  readonly named: readonly number[];
  readonly devices: number;
}

/** How usage is spread over the devices: from the one that used least to the one that used most. */
export function Distribution(props: DistributionProps) {
  const { curve, named } = props;
  const step = 100 / Math.max(1, curve.length - 1);
  return (
    <Figure
      title="How usage is spread"
      summary={
        <>
          Half of the devices used at most <Bytes value={named[0]} />, {formatPercent(0.95)} at most{' '}
          <Bytes value={named[1]} />, {formatPercent(0.99)} at most <Bytes value={named[2]} />.
        </>
      }
      legend={<Key of="line-key">bytes per device; each line up is ten times as much</Key>}
      head={['Share of devices', 'Used at most']}
      rows={[
        ...curve.flatMap((bytes, at) => (at % 5 === 0 ? [[toShare(at * step), <Bytes value={bytes} />]] : [])),
        ...NAMED.map((percentile, at) => [`${toShare(percentile)} (p${percentile})`, <Bytes value={named[at]} />]),
      ]}
    >
      {(width) => <Drawing {...props} width={width} />}
    </Figure>
  );
}

/** Such as 25%, of a percentile. */
function toShare(percentile: number): string {
  return formatPercent(Math.round(percentile) / 100);
}

/** The last two are close together on a narrow chart, so one is above its dot and the other below. */
function toLabelPlace(x: number, y: number, percentile: number) {
  return percentile === 99
    ? { x: x + 4, y: y + 20, 'text-anchor': 'end' as const }
    : { x: x - 8, y: y - 8, 'text-anchor': 'end' as const };
}

function Drawing({ curve, named, width }: DistributionProps & { readonly width: number }) {
  const positive = curve.filter((bytes) => bytes > 0);
  const powers = toPowers(Math.max(1, Math.min(...positive)), Math.max(10, ...positive));
  const [lowest = 1, max = 10] = [powers[0], powers.at(-1)];
  // No power of ten is zero, so devices without usage have a line of their own below all others.
  const hasZero = positive.length < curve.length;
  const min = hasZero ? lowest / 10 : lowest;
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = toLinear([0, 100], [MARGIN.left, right]);
  const y = toLogarithmic([min, max], [bottom, MARGIN.top]);
  const step = 100 / Math.max(1, curve.length - 1);
  const points = curve.map((bytes, at) => [x(at * step), y(bytes)] as const);
  return (
    <Scan
      name="Bytes per device, by share of devices"
      width={width}
      height={HEIGHT}
      xs={points.map(([px]) => px)}
      first={Math.floor(curve.length / 2)}
      describe={(at) => `${toShare(at * step)} of the devices used at most ${formatBytes(curve[at] ?? 0)}`}
    >
      {(shown) => (
        <>
          <g class="axis">
            {(hasZero ? [0, ...powers] : powers).map((bytes) => (
              <g key={bytes}>
                <line class="grid" x1={MARGIN.left} x2={right} y1={y(bytes)} y2={y(bytes)} />
                <text x={MARGIN.left - 8} y={y(bytes)} dy="0.32em" text-anchor="end">
                  {bytes === 0 ? '0' : formatBytes(bytes)}
                </text>
              </g>
            ))}
            {[0, 25, 50, 75, 100].map((percentile) => (
              <text key={percentile} x={x(percentile)} y={bottom + 18} text-anchor="middle">
                {toShare(percentile)}
              </text>
            ))}
            <line class="ground" x1={MARGIN.left} x2={right} y1={bottom} y2={bottom} />
          </g>
          <path class="area" d={`${toPath(points)}L${x(100)} ${bottom}L${x(0)} ${bottom}Z`} />
          <path class="line" d={toPath(points)} />
          {NAMED.map((percentile, at) => (
            <g key={percentile}>
              <circle class="dot" cx={x(percentile)} cy={y(named[at] ?? min)} r="4.5" />
              <text class="chart-label" {...toLabelPlace(x(percentile), y(named[at] ?? min), percentile)}>
                p{percentile}
              </text>
            </g>
          ))}
          {shown !== null && (
            <line class="cursor" x1={points[shown]?.[0]} x2={points[shown]?.[0]} y1={MARGIN.top} y2={bottom} />
          )}
        </>
      )}
    </Scan>
  );
}
