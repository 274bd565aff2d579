import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ALERTS } from '../../scripts/monitoring/alerts.ts';
import { FILES } from '../../scripts/monitoring/files.ts';
import { METRICS } from '../../src/telemetry/metric-list.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, ROOT), 'utf8');
const metrics = Object.values(METRICS);

/** The metrics that a text names, without the suffixes of histograms. */
function toMetricNames(text: string): string[] {
  const names = text.match(/\b(?:device_reports|process)_[a-z_]+\b/g) ?? [];
  const histograms = metrics.filter(({ type }) => type === 'histogram').map(({ name }) => name);
  return names.map((name) => histograms.find((each) => name.startsWith(`${each}_`)) ?? name);
}

describe('the files for monitoring', () => {
  test.each(Object.keys(FILES))('%s is as "npm run monitoring" writes it', async (name) => {
    expect(await read(name)).toBe(FILES[name]);
  });

  test('show every metric in the dashboard, and no other', async () => {
    const dashboard = JSON.parse(await read('deploy/grafana/device-reports.json')) as {
      readonly panels: readonly { readonly id: number; readonly targets?: readonly { readonly expr: string }[] }[];
    };
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect([...new Set(toMetricNames(queries.join(' ')))].sort()).toEqual(metrics.map(({ name }) => name).sort());
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  test('have alerts about metrics that exist, each with a section that says what to do', async () => {
    const { groups } = parse(await read('deploy/prometheus/alerts.yaml')) as {
      readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.map(({ alert }) => alert)).toEqual(ALERTS.map(({ name }) => name));
    const known = new Set<string>(metrics.map(({ name }) => name));
    for (const { expr } of rules) {
      const names = toMetricNames(expr);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
      expect(names.length > 0 || expr.startsWith('up{')).toBe(true);
    }
    const page = await read('docs/operations.md');
    const sections = page.split('\n### ').filter((text) => text.startsWith('DeviceReports'));
    expect(sections.map((text) => text.split('\n', 1)[0])).toEqual(ALERTS.map(({ name }) => name));
    for (const text of sections) expect(text).toMatch(/\*\*Look at\*\* .*\*\*Do:\*\* /s);
  });

  test('use labels that the metrics have', () => {
    const labels = new Set<string>(metrics.flatMap((metric): readonly string[] => metric.labels));
    const used =
      Object.values(FILES)
        .join('')
        .match(/(?<=by \()[a-z_, ]+(?=\))|\b[a-z]+(?==~?\\?")/g) ?? [];
    const names = new Set(used.flatMap((each) => each.split(', ')));
    expect(names.size).toBeGreaterThan(10);
    const ofPrometheus = ['instance', 'job', 'le'];
    expect([...names].filter((name) => !labels.has(name) && !ofPrometheus.includes(name))).toEqual([]);
  });

  test('are explained in docs/operations.md, metric by metric', async () => {
    const page = (await read('docs/operations.md')).replace(/ +/g, ' ');
    for (const { name, type, labels, help } of metrics) {
      const plain = help.replace(/\.$/, '').replace(/\b(?:UPSTREAM_CONCURRENCY|CALLBACK_DEADLINE_HOURS)\b/g, '`$&`');
      const names = labels.map((label) => `\`${label}\``).join(', ');
      expect(page).toContain(`| \`${name}\` | ${type} | ${names}${names === '' ? '' : ' '}| ${plain} |`);
    }
  });
});
