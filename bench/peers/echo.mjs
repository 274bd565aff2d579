import { usageOf } from '../expected-usage.mjs';
import { serveJson } from './json-server.mjs';

// The bare handler without an upstream. Computing a row takes less than a microsecond, and lets its responses be checked, too.
serveJson(({ imei }) => ({ aggregatedReport: { usage: imei.map(usageOf) } }));
