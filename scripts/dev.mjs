// Bundles and runs the server without a type check. nodemon runs this script again after every change.
import { bundle } from './bundle.mjs';

// Do not bundle packages: that takes longer than loading them.
await bundle({ input: { main: 'src/main.ts' }, external: [/^[^./]/], dir: 'scripts/dist' });
process.setSourceMapsEnabled(true);
await import('./dist/main.js');
