// What a newcomer does first: npm start with nothing configured, then a query.
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

const PORT = '4123';
const IMEI = '709312034493372';
const query = `{ aggregatedReport(input: { imei: ["${IMEI}"] }) { usage { imei bytesTransferred } } }`;

const server = spawn('npm', ['start'], { env: { ...process.env, PORT }, stdio: 'inherit', detached: true });
try {
  const answer = await ask(60);
  console.log(JSON.stringify(answer));
  if (answer.data?.aggregatedReport?.usage?.[0]?.imei !== IMEI) throw new Error('the answer is not the one asked for');
} finally {
  process.kill(-server.pid);
}

async function ask(tries) {
  try {
    const response = await fetch(`http://127.0.0.1:${PORT}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return await response.json();
  } catch (error) {
    if (tries === 0) throw error;
    await wait(1_000);
    return ask(tries - 1);
  }
}
