// Bundles and runs the server without a type check. nodemon runs this script again after every change.
import { bundleWeb } from './bundle-web.mjs';
import { bundle } from './bundle.mjs';

// Do not bundle packages: that takes longer than loading them.
await bundle({ input: { main: 'src/main.ts' }, external: [/^[^./]/], dir: 'scripts/dist' });
await bundleWeb('scripts/dist/web');
process.setSourceMapsEnabled(true);
// A restart after a change has no load balancer to wait for.
process.env['SHUTDOWN_DELAY_SECONDS'] ??= '0';
await import('./dist/main.js');
