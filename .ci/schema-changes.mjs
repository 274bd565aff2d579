// Fails on a change of the schema that can break a client or a supergraph, unless .ci/accepted-breaking-changes.txt has its line.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, parse, visit } from 'graphql';

const SCHEMA = 'schema/schema.graphql';
const ACCEPTED = new URL('accepted-breaking-changes.txt', import.meta.url);

const now = readFileSync(SCHEMA, 'utf8');
const before = findEarlier(now);
if (before === null) {
  console.log('Git has no earlier schema to compare with.');
} else {
  const changes = await diff(toSchema(before.sdl), toSchema(now));
  const grave = changes.filter(({ criticality }) => criticality.level !== CriticalityLevel.NonBreaking);
  const accepted = new Set(
    readFileSync(ACCEPTED, 'utf8')
      .split('\n')
      .map((line) => line.trim()),
  );
  const refused = grave.map(toLine).filter((line) => !accepted.has(line));
  console.log(`${changes.length} changes since ${before.commit.slice(0, 12)}, ${grave.length} of them grave.`);
  if (refused.length > 0) {
    console.error('These can break clients or a supergraph:');
    for (const line of refused) console.error(`  ${line}`);
    console.error('Undo them, or accept them by adding their lines to .ci/accepted-breaking-changes.txt.');
    process.exitCode = 1;
  }
}

/** The last committed schema that is another one: where the branch left main, else the one before in its own history. */
function findEarlier(sdl) {
  const commits = [
    ...['origin/main', 'main'].map((branch) => git('merge-base', 'HEAD', branch)),
    ...(git('log', '--format=%H', '--', SCHEMA) ?? '').split('\n'),
  ];
  for (const commit of commits) {
    const earlier = commit === null || commit === '' ? null : git('show', `${commit}:${SCHEMA}`);
    if (earlier !== null && earlier.trim() !== sdl.trim()) return { commit, sdl: earlier };
  }
  return null;
}

function git(...words) {
  try {
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** Without what only guides a gateway's guards: no client and no composition hangs on it. The rest is defined by Federation. */
function toSchema(sdl) {
  const guides = new Set(['cost', 'listSize', 'tag', 'link']);
  const document = visit(parse(sdl), { Directive: ({ name }) => (guides.has(name.value) ? null : undefined) });
  return buildASTSchema(document, { assumeValidSDL: true });
}

function toLine({ criticality, message }) {
  return `${criticality.level}: ${message}`;
}
