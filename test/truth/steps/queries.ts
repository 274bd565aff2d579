import type { Chance } from '../chance.ts';
import { failed, model } from '../expected.ts';
import { drawQuery } from '../draw/query.ts';
import { TRANSIENT, type Fault } from '../platform/faults.ts';
import type { History, Sent } from '../state/history.ts';
import { check, must, send, toDraw, write, type Step } from './step.ts';

/** Sends one query. */
export const query: Step = async (history, chance) => {
  await askAll(history, [drawSent(history, chance)]);
};

/** Sends queries of both tenants at the same moment. They may share calls, but not answers. */
export const queriesAtOnce: Step = async (history, chance) => {
  await askAll(
    history,
    Array.from({ length: chance.integer(2, 5) }, () => drawSent(history, chance)),
  );
};

/** Sends the same query twice at once, and once more. */
export const sameQuery: Step = async (history, chance) => {
  const sent = drawSent(history, chance);
  await askAll(history, [sent, sent]);
  history.clock.advance(1);
  await askAll(history, [sent]);
};

/** Sends a query again that was sent some steps, perhaps days, ago. */
export const earlierQuery: Step = async (history, chance) => {
  if (history.sent.length > 0) await askAll(history, [chance.pick(history.sent)]);
};

/** Sends queries while the platform has faults that are over when a call is repeated. Callers do not notice. */
export const queryThroughFaults: Step = async (history, chance) => {
  const { platform } = history;
  switch (chance.integer(0, 4)) {
    case 0:
      platform.endTokens('sessions');
      break;
    case 1:
      platform.endTokens('bearers');
      break;
    case 2:
      platform.setFaults(['429 with Retry-After']);
      break;
    default:
      platform.setFaults([chance.pick(TRANSIENT), chance.pick(TRANSIENT)]);
  }
  try {
    await askAll(
      history,
      Array.from({ length: chance.integer(1, 2) }, () => drawSent(history, chance)),
    );
  } finally {
    history.platform.setFaults([]);
  }
};

/** Sends a query that nothing cached can answer while the platform is down. */
export const queryInOutage: Step = async (history, chance) => {
  const tenant = chance.pick(history.tenants);
  const drawn = drawQuery(toDraw(history, chance, tenant, 'fresh calls'), chance.integer(1, 2));
  const operation = {
    ...drawn,
    expect: () =>
      model('Query', Object.fromEntries(drawn.picks.map(({ name }) => [name, () => failed('UPSTREAM_UNAVAILABLE')]))),
  };
  history.platform.setOutage(chance.pick<Fault>(['503', 'reset', 'html', 'truncated']));
  try {
    await askAll(history, [write(chance, tenant, operation, 'query')]);
  } finally {
    history.platform.setOutage(null);
  }
};

/** Sends two queries and leaves before one of them is answered. The other is answered as if nothing had happened. */
export const cancelledQuery: Step = async (history, chance) => {
  const [left, stays] = [drawSent(history, chance), drawSent(history, chance)];
  const controller = new AbortController();
  const startedMs = history.clock.now();
  const leaving = send(history, left, controller.signal).catch(() => null);
  const staying = send(history, stays);
  for (let turns = chance.integer(0, 12); turns > 0; turns -= 1) await new Promise(setImmediate);
  controller.abort();
  await leaving;
  const answer = await staying;
  check(history.sceneFrom(startedMs, { noCache: stays.noCache, isAlone: false }), stays, answer);
  while (history.platform.countOpen() > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  // The query that is left may have begun a sign-in. This one waits for it, so that the clock stands still until it has ended.
  const tenant = chance.pick(history.tenants);
  const next = drawQuery(toDraw(history, chance, tenant, 'fresh calls'), 1);
  await askAll(history, [write(chance, tenant, next, 'query')]);
};

function drawSent(history: History, chance: Chance): Sent {
  const tenant = chance.pick(history.tenants);
  const count = chance.pick([1, 1, 2, 3, 4]);
  const sent = write(chance, tenant, drawQuery(toDraw(history, chance, tenant), count), 'query');
  history.sent.push(sent);
  return sent;
}

async function askAll(history: History, sent: readonly Sent[]): Promise<void> {
  const startedMs = history.clock.now();
  const answers = await Promise.all(sent.map((each) => send(history, each)));
  sent.forEach((each, at) => {
    const answer = answers[at];
    must(answer !== undefined, 'there is no answer');
    check(history.sceneFrom(startedMs, { noCache: each.noCache, isAlone: sent.length === 1 }), each, answer);
  });
}
