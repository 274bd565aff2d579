// Fails if a schema change can break a client or a supergraph, unless .ci/accepted-breaking-changes.txt lists it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, parse, visit } from 'graphql';

const SCHEMA = 'schema/schema.graphql';
const ACCEPTED = new URL('accepted-breaking-changes.txt', import.meta.url);

const now = readFileSync(SCHEMA, 'utf8');
const before = findEarlier(now);
if (before === null) {
  console.log('There is no earlier schema in Git to compare with.');
} else {
  const changes = await diff(toSchema(before.sdl), toSchema(now));
  const risky = changes.filter(({ criticality }) => criticality.level !== CriticalityLevel.NonBreaking);
  const accepted = new Set(
    readFileSync(ACCEPTED, 'utf8')
      .split('\n')
      .map((line) => line.trim()),
  );
  const unaccepted = risky.map(toLine).filter((line) => !accepted.has(line));
  console.log(
    `${changes.length} schema changes since ${before.commit.slice(0, 12)}, ${risky.length} of them breaking or dangerous.`,
  );
  if (unaccepted.length > 0) {
    console.error('These changes can break clients or a supergraph:');
    for (const line of unaccepted) console.error(`  ${line}`);
    console.error('Undo them, or add these lines to .ci/accepted-breaking-changes.txt to accept them.');
    process.exitCode = 1;
  }
}

/** Returns the newest committed schema that differs: at the merge base with main, otherwise in the history of the branch. */
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

/** Parses a schema without directives that clients and composition do not depend on. Federation defines the others. */
function toSchema(sdl) {
  const ignored = new Set(['cost', 'listSize', 'tag', 'link']);
  const document = visit(parse(sdl), { Directive: ({ name }) => (ignored.has(name.value) ? null : undefined) });
  return buildASTSchema(document, { assumeValidSDL: true });
}

function toLine({ criticality, message }) {
  return `${criticality.level}: ${message}`;
}
