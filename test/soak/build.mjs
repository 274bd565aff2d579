// Bundles the soak test, because Node.js 20 runs no TypeScript. The packages stay where they are.
import { bundle } from '../../scripts/bundle.mjs';

await bundle({
  input: { main: 'test/soak/main.ts', probe: 'test/soak/world/probe.ts' },
  external: [/^[^./]/],
  dir: 'test/soak/dist',
});
