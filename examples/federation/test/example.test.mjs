import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask } from '../ask.mjs';

const toPath = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

let example;

before(async () => {
  example = spawn(process.execPath, [toPath('start.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
});

after(async () => {
  example.kill('SIGTERM');
  await once(example, 'exit');
});

test('what the example prints can be done: its query, and following a report through the gateway to the end', async () => {
  const printed = [];
  for await (const line of createInterface({ input: example.stdout })) {
    printed.push(line);
    if (line.includes('Ctrl+C')) break;
  }
  const output = printed.join('\n');
  const url = /Gateway +(http\S+)/.exec(output)[1];
  const query = /^ +query [^]*?^ {4}}$/m.exec(output)[0];
  const variables = JSON.parse(/^ {4}{$[^]*?^ {4}}$/m.exec(output)[0]);
  const { data, errors } = await ask(url, query, variables);
  assert.equal(errors, undefined);
  assert.ok(data.vehicles.length > 0);

  assert.match(output, /node follow-report\.mjs http\S+/);
  const follower = spawn(process.execPath, [toPath('follow-report.mjs'), url, variables.depot]);
  const [states, faults] = await Promise.all([text(follower.stdout), text(follower.stderr)]);
  assert.equal(faults, '');
  const lines = states.trim().split('\n');
  const count = data.vehicles.length;
  const received = lines.map((line) => Number(/^\w+: (\d+) of/.exec(line)[1]));
  assert.deepEqual(
    received,
    received.toSorted((one, other) => one - other),
  );
  assert.match(lines.at(-1), new RegExp(`^COMPLETED: ${count} of ${count} devices, most used by .+: \\d+ bytes$`));
});
