// A file of its own: the script writes these files, and a test compares them.
import { ALERTS, printAlerts } from './alerts.ts';
import { printDashboard } from './dashboard.ts';
import { ROWS } from './panels.ts';

/** The generated files, by their paths from the project's root. */
export const FILES: Readonly<Record<string, string>> = {
  'deploy/grafana/device-reports.json': printDashboard(ROWS),
  'deploy/prometheus/alerts.yaml': printAlerts(ALERTS),
};
