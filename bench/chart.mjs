import { readFileSync, writeFileSync } from 'node:fs';
import { panel } from './chart/panel.mjs';
import { machineLine } from './report/machine.mjs';
import { catalog } from './servers/catalog.mjs';
import { growingOperations, sizes } from './workloads/growing-operations.mjs';

// Colours that colour-blind readers can distinguish. This server comes last, so its line is on top.
const colors = {
  apollo: '#d55e00',
  'apollo-loader': '#cc79a7',
  yoga: '#e69f00',
  mesh: '#56b4e9',
  tailcall: '#009e73',
  bare: '#666666',
  server: '#0072b2',
};

/** @param {{ machine: any, workloads: import('./report/figures.mjs').Measured[] }} results */
function draw({ machine, workloads }) {
  const measured = workloads.find(({ number }) => number === growingOperations.number);
  if (!measured) throw new Error(`the results have no workload ${growingOperations.number}`);
  const series = (/** @type {string} */ prefix) =>
    Object.entries(colors).flatMap(([name, color]) => {
      const figures = measured.servers.find((server) => server.name === name)?.figures;
      if (!figures) return [];
      const points = sizes.map((x) => ({ x, y: figures[`${prefix}${x}`].median }));
      return [{ label: catalog[name].label, color, emphasized: name === 'server', points }];
    });

  const [left, right] = [
    panel({ title: 'Upstream calls', series: series('calls'), left: 60, top: 60 }),
    panel({ title: 'Time, ms (upstream 50 ms)', series: series('ms'), left: 590, top: 60 }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 430" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Upstream calls and time by the number of devices in one operation">
<rect width="1060" height="430" fill="#fff"/>
${left}
${right}
<text x="60" y="418" font-size="11" fill="#777">${machineLine(machine)}</text>
</svg>
`;
}

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  console.error('Usage: node chart.mjs RESULTS.json CHART.svg');
  process.exitCode = 1;
} else {
  writeFileSync(to, draw(JSON.parse(readFileSync(from, 'utf8'))));
}
