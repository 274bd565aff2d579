import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Api } from './api.ts';
import { STDOUT, toFileError } from './sheet.ts';
import { TerminalError } from './terminal-error.ts';
import { note, type Terminal } from './terminal.ts';

const LINE_FEED = 10;

/**
 * Writes the CSV of several links into one file, with one header row. The file appears when it is complete; until then, its name ends
 * with .part.
 */
export async function saveDownloads(
  api: Api,
  links: readonly string[],
  target: string,
  terminal: Terminal,
): Promise<void> {
  if (target === STDOUT) {
    await copy(api, links, terminal.stdout);
    return;
  }
  const part = `${target}.part`;
  const file = createWriteStream(part);
  const closed = finished(file);
  // Reported when the copy, or its end, fails.
  closed.catch(() => undefined);
  try {
    await copy(api, links, file);
    file.end();
    await closed;
    await rename(part, target);
  } catch (error) {
    file.destroy();
    await rm(part, { force: true });
    throw error instanceof TerminalError ? error : toFileError(target, error);
  }
  note(terminal, `Wrote every device to ${target}.`);
}

async function copy(api: Api, links: readonly string[], to: NodeJS.WritableStream): Promise<void> {
  for (const [at, link] of links.entries()) {
    let isHeader = at > 0;
    for await (const chunk of await api.download(link)) {
      const headerEnd = isHeader ? chunk.indexOf(LINE_FEED) : -1;
      if (isHeader && headerEnd < 0) continue;
      isHeader = false;
      const rows = chunk.subarray(headerEnd + 1);
      if (rows.length > 0 && !to.write(rows)) await drained(to);
    }
  }
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = (): void => {
      stream.off('error', reject);
      resolve();
    };
    stream.once('drain', onDrain);
    stream.once('error', reject);
  });
}
