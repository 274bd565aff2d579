// The first steps of a new user: npm start without configuration (except the port), then a query.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const IMEI = '709312034493372';
const query = `{ aggregatedReport(input: { imei: ["${IMEI}"] }) { usage { imei bytesTransferred } } }`;
const signal = AbortSignal.timeout(60_000);

// The system chooses a free port. npm and the server are a process group of their own, so that one signal stops both.
const server = spawn('npm', ['start'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['inherit', 'pipe', 'inherit'],
  detached: true,
});
try {
  const response = await fetch(await findApiUrl(), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
    signal,
  });
  const result = await response.json();
  console.log(JSON.stringify(result));
  if (result.data?.aggregatedReport?.usage?.[0]?.imei !== IMEI) throw new Error('This is not the result of the query.');
} finally {
  if (server.exitCode === null) process.kill(-server.pid);
}

/** Resolves to the API address that the server prints when it is ready. */
function findApiUrl() {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: server.stdout, signal });
    lines.on('line', (line) => {
      console.log(line);
      const [, url] = /^\s*API\s+(http\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
    lines.on('close', () => reject(new Error('The server did not start.')));
  });
}
