// Builds what `npm pack` puts into the package besides the documentation: the bundle, its types, and the licenses of what is in it.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWeb } from './bundle-web.mjs';
import { bundle } from './bundle.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { PACKAGE, TYPED } from './program.mjs';
import { writeTypes } from './types.mjs';

const dir = path.join(fileURLToPath(new URL('../', import.meta.url)), 'dist');

// Without a digest, so that the next `npm start` builds its own programs again.
await bundle({ ...PACKAGE, dir, plugins: [thirdPartyLicenses] });
await bundleWeb(path.join(dir, 'web'), [thirdPartyLicenses]);
await writeTypes(TYPED, path.join(dir, 'types'));
