import { meshReports } from './mesh-reports.mjs';
import { reports } from './reports.mjs';
import { tailcallReports, tailcallWithCache } from './tailcall-reports.mjs';

/** @type {Record<string, import('./reports.mjs').Dialect>} */
export const dialects = { reports, mesh: meshReports, tailcall: tailcallReports, 'tailcall-cache': tailcallWithCache };
