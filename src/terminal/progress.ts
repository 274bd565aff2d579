import type { Terminal } from './terminal.ts';
import { toPlainText, widthOf } from './terminal.ts';
import { toPercent } from './amounts.ts';

/** Shows how far long work is, on standard error. Shows nothing if that is not a terminal. */
export interface Progress {
  /** Shows a share from 0 to 1, or only the time if it is null, with a text. */
  show(share: number | null, text: string): void;
  /** Removes what is shown. */
  end(): void;
}

/** How often the elapsed time is updated. */
const TICK_MS = 1_000;
/** No more often than this is anything drawn. */
const MIN_DRAW_MS = 100;
const MAX_BAR = 30;
const CLEAR_LINE = '\r\u001B[K';

/** Creates the progress of one piece of work, which begins now. */
export function createProgress({ stderr, clock }: Pick<Terminal, 'stderr' | 'clock'>): Progress {
  const startedAtMs = clock.monotonic();
  let shown: { readonly share: number | null; readonly text: string } | null = null;
  let drawnAtMs = -Infinity;
  let cancelDraw: (() => void) | null = null;

  const draw = (): void => {
    cancelDraw = null;
    const width = widthOf(stderr);
    if (shown === null || width === null) return;
    drawnAtMs = clock.monotonic();
    const seconds = Math.floor((drawnAtMs - startedAtMs) / 1_000);
    const line = toLine(shown.share, `${shown.text}, ${seconds} s`, width - 1);
    stderr.write(`${CLEAR_LINE}${toPlainText(line)}`);
    cancelDraw = clock.after(TICK_MS, draw);
  };

  return {
    show(share, text) {
      if (stderr.isTTY !== true) return;
      shown = { share, text };
      cancelDraw?.();
      // The end is always seen.
      const waitMs = share === 1 ? 0 : drawnAtMs + MIN_DRAW_MS - clock.monotonic();
      if (waitMs <= 0) draw();
      else cancelDraw = clock.after(waitMs, draw);
    },
    end() {
      cancelDraw?.();
      cancelDraw = null;
      if (shown !== null && stderr.isTTY === true) stderr.write(CLEAR_LINE);
      shown = null;
    },
  };
}

function toLine(share: number | null, text: string, width: number): string {
  if (share === null) return text.slice(0, width);
  const bar = Math.min(MAX_BAR, Math.floor(width / 3));
  const full = Math.floor(Math.min(1, Math.max(0, share)) * bar);
  return `${'█'.repeat(full)}${'░'.repeat(bar - full)} ${toPercent(share).padStart(6)}  ${text}`.slice(0, width);
}
