import { METRICS } from '../../src/telemetry/metric-list.ts';
import type { Panel, Row } from './panels.ts';

const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 8;
const DATA_SOURCE = { type: 'prometheus', uid: '$datasource' };

interface Position {
  readonly x: number;
  readonly y: number;
}

/** The dashboard as a file for Grafana. It asks for the data source, and shows one instance or all. */
export function printDashboard(rows: readonly Row[]): string {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: inRow } of rows) {
    panels.push({
      type: 'row',
      id: panels.length + 1,
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y += 1;
    for (const [at, panel] of inRow.entries()) {
      const position = { x: (at * WIDTH) % COLUMNS, y: y + Math.floor((at * WIDTH) / COLUMNS) * HEIGHT };
      panels.push(toPanel(panel, panels.length + 1, position));
    }
    y += Math.ceil((inRow.length * WIDTH) / COLUMNS) * HEIGHT;
  }
  const dashboard = {
    title: 'Device reports',
    uid: 'device-reports',
    tags: ['device-reports'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
        {
          name: 'instance',
          type: 'query',
          label: 'Replica',
          datasource: DATA_SOURCE,
          query: { query: `label_values(${METRICS.build.name}, instance)`, refId: 'instance' },
          includeAll: true,
          multi: true,
          current: { text: 'All', value: '$__all' },
          refresh: 2,
        },
      ],
    },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function toPanel({ title, unit, queries }: Panel, id: number, { x, y }: Position): object {
  return {
    type: 'timeseries',
    id,
    title,
    datasource: DATA_SOURCE,
    gridPos: { x, y, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 5, showPoints: 'never' } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi' } },
    targets: queries.map(({ query, legend }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATA_SOURCE,
      expr: query,
      legendFormat: legend,
    })),
  };
}
