// Writes the dashboard for Grafana and the alerts for Prometheus, from the list of metrics. A test fails if they are out of date.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

// Node.js 20 runs no TypeScript.
const {
  output: [{ code }],
} = await build({
  cwd: ROOT,
  input: 'scripts/monitoring/files.ts',
  platform: 'node',
  write: false,
  output: { codeSplitting: false },
});
const { FILES } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
for (const [name, text] of Object.entries(FILES)) await writeFile(path.join(ROOT, name), text);
