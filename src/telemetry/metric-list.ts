// A file of its own: the dashboard, the alerts and the documentation are checked against all metrics.
import { API_METRICS } from './api-metric-list.ts';
import { PLATFORM_METRICS } from './platform-metric-list.ts';
import { SERVER_METRICS } from './server-metric-list.ts';

/** Every metric that this server has. */
export const METRICS = { ...API_METRICS, ...PLATFORM_METRICS, ...SERVER_METRICS };
