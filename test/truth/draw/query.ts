import { model, type Model } from '../expected.ts';
import type { Scene } from '../oracle/scene.ts';
import type { Pick } from '../selection.ts';
import { ofRequest, ofRequestEntities, ofRequests } from './async-roots.ts';
import type { Draw } from './draw.ts';
import type { DrawRoot, Root } from './root.ts';
import {
  ofAggregated,
  ofBadInput,
  ofDevice,
  ofDevices,
  ofEntities,
  ofForeignAccount,
  ofSessions,
} from './sync-roots.ts';

/** A drawn operation, and what the oracle expects of it once the response is there. */
export interface Operation {
  readonly picks: readonly Pick[];
  readonly expect: (scene: Scene) => Model;
}

const UPSTREAM_ROOTS: readonly DrawRoot[] = [ofSessions, ofSessions, ofAggregated];
const ROOTS: readonly DrawRoot[] = [
  ofSessions,
  ofSessions,
  ofSessions,
  ofAggregated,
  ofAggregated,
  ofAggregated,
  ofAggregated,
  ofDevice,
  ofDevices,
  ofEntities,
  ofForeignAccount,
  ofBadInput,
  ofRequest,
  ofRequest,
  ofRequest,
  ofRequests,
  ofRequests,
  ofRequestEntities,
];

/** Draws a query with this many root fields. */
export function drawQuery(draw: Draw, count: number): Operation {
  const roots: Root[] = [];
  const kinds = draw.only === null ? ROOTS : UPSTREAM_ROOTS;
  for (let at = 0; at < count; at += 1) {
    roots.push(
      draw.chance.pick(kinds)(
        draw,
        roots.map(({ pick }) => pick),
      ),
    );
  }
  return toOperation('Query', roots);
}

/** One operation of these root fields. Each has arguments of its own, by which it is found again. */
export function toOperation(type: string, roots: readonly Root[]): Operation {
  const expectations = new Map(roots.map(({ pick, expect }) => [pick.args, expect]));
  return {
    picks: roots.map(({ pick }) => pick),
    expect: (scene) =>
      model(
        type,
        Object.fromEntries(
          roots.map(({ pick }) => [
            pick.name,
            (args) => {
              const expect = expectations.get(args);
              if (expect === undefined) throw new Error(`${pick.name} was not drawn`);
              return expect(scene);
            },
          ]),
        ),
      ),
  };
}
