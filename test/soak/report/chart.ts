import type { Sample } from '../world/sampler.ts';

interface Plot {
  readonly title: string;
  readonly of: (sample: Sample) => number;
}

const MEBIBYTE = 2 ** 20;
const PLOTS: readonly Plot[] = [
  { title: 'Memory (RSS), MiB', of: ({ rssBytes }) => rssBytes / MEBIBYTE },
  { title: 'Heap used, MiB', of: ({ heapBytes }) => heapBytes / MEBIBYTE },
  { title: 'Open handles', of: ({ handles }) => handles },
  { title: 'Event-loop delay (p99), ms', of: ({ eventLoopDelayMs }) => eventLoopDelayMs },
];
const WIDTH = 400;
const HEIGHT = 130;
const COLUMNS = 2;
const STEP = { x: 500, y: 210 };

/** Draws what the metrics said during a run, as SVG. */
export function toChart(samples: readonly Sample[]): string {
  const minutes = Math.max(...samples.map(({ seconds }) => seconds)) / 60;
  const rate = samples.reduce((sum, { operationsPerSecond }) => sum + operationsPerSecond, 0) / samples.length;
  const plots = PLOTS.map((plot, at) => {
    const left = 60 + (at % COLUMNS) * STEP.x;
    const top = 40 + Math.floor(at / COLUMNS) * STEP.y;
    return drawPlot(plot, samples, minutes, { left, top });
  });
  const height = 40 + Math.ceil(PLOTS.length / COLUMNS) * STEP.y;
  const about = `${minutes.toFixed(0)} minutes, ${rate.toFixed(0)} operations per second on average, ${samples.length} scrapes`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Memory, handles and event-loop delay under load">
<rect width="1000" height="${height}" fill="#fff"/>
${plots.join('\n')}
<text x="60" y="${height - 12}" font-size="11" fill="#777">${about}</text>
</svg>
`;
}

function drawPlot(
  { title, of }: Plot,
  samples: readonly Sample[],
  minutes: number,
  { left, top }: { readonly left: number; readonly top: number },
): string {
  const max = toRoundMax(Math.max(...samples.map(of)));
  const points = samples.map((sample) => {
    const x = (sample.seconds / 60 / minutes) * WIDTH;
    const y = HEIGHT - (of(sample) / max) * HEIGHT;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  const grid = [0, 0.5, 1].map((share) => {
    const y = HEIGHT - share * HEIGHT;
    return `<path d="M0 ${y}H${WIDTH}" stroke="#e3e3e3"/><text x="-8" y="${y + 4}" text-anchor="end" fill="#555">${max * share}</text>`;
  });
  const feet = [0, 0.5, 1].map(
    (share) =>
      `<text x="${share * WIDTH}" y="${HEIGHT + 20}" text-anchor="middle" fill="#555">${(minutes * share).toFixed(1)} min</text>`,
  );
  return [
    `<g transform="translate(${left} ${top})">`,
    `<text x="0" y="-12" font-weight="700" fill="#222">${title}</text>`,
    ...grid,
    ...feet,
    `<path d="M${points.join('L')}" fill="none" stroke="#0072b2" stroke-width="1.5"/>`,
    '</g>',
  ].join('\n');
}

/** The next of 1, 2, 4, 6, 8 and 10 times a power of ten. */
function toRoundMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return ([1, 2, 4, 6, 8].find((factor) => factor * power >= value) ?? 10) * power;
}
