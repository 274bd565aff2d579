import type { Expected } from '../expected.ts';
import type { Scene } from '../oracle/scene.ts';
import type { Pick } from '../selection.ts';
import type { Draw } from './draw.ts';

/** A drawn field at the top of a document, and what the oracle expects of it once the response is there. */
export interface Root {
  readonly pick: Pick;
  readonly expect: (scene: Scene) => Expected;
}

/** Draws a root field beside those that are already there. */
export type DrawRoot = (draw: Draw, picks: readonly Pick[]) => Root;
