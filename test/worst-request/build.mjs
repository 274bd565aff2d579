// Bundles the search for the worst request, because Node.js 20 runs no TypeScript. The packages stay where they are.
import { bundle } from '../../scripts/bundle.mjs';

await bundle({
  input: {
    search: 'test/worst-request/search/main.ts',
    tenants: 'test/worst-request/tenants/main.ts',
    hostile: 'test/worst-request/tenants/hostile.ts',
    probe: 'test/worst-request/world/probe.ts',
  },
  external: [/^[^./]/],
  dir: 'test/worst-request/dist',
});
