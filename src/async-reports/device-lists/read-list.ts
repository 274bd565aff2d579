import type { IncomingMessage } from 'node:http';
import { areTooSmall } from '../../domain/body-pieces.ts';
import type { Clock } from '../../domain/clock.ts';
import { MAX_LIST_BYTES, MIN_BYTES_PER_SECOND } from './list-limits.ts';
import { createListParser, type ParsedList } from './parse-list.ts';

/** Why a body was not read to its end. */
export type ListFault = 'too-large' | 'too-many-pieces' | 'too-slow';

export interface ReadListOptions extends Pick<Clock, 'after' | 'monotonic'> {
  /** How long a list may take to arrive, besides a second for each MIN_BYTES_PER_SECOND that have arrived. */
  readonly timeoutMs: number;
}

/**
 * Reads a list while it arrives, so that it never is in memory as a whole. The time that it may take grows with what has arrived, so that a
 * slow line is fast enough, and a client that sends next to nothing is not waited for. Rejects if the client disconnects.
 */
export function readList(
  request: IncomingMessage,
  { timeoutMs, after, monotonic }: ReadListOptions,
): Promise<ParsedList | ListFault> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_LIST_BYTES) {
      resolve('too-large');
      return;
    }
    const parser = createListParser();
    let pieces = 0;
    let bytes = 0;
    const endsAtMs = (): number => startedAtMs + timeoutMs + (bytes * 1_000) / MIN_BYTES_PER_SECOND;
    const check = (): void => {
      const leftMs = endsAtMs() - monotonic();
      if (leftMs <= 0) stop('too-slow');
      else cancel = after(Math.ceil(leftMs), check);
    };
    const startedAtMs = monotonic();
    let cancel = after(timeoutMs, check);
    const stop = (fault: ListFault): void => {
      cancel();
      request.off('data', take);
      request.pause();
      resolve(fault);
    };
    const take = (chunk: Buffer): void => {
      pieces += 1;
      bytes += chunk.length;
      if (bytes > MAX_LIST_BYTES) stop('too-large');
      else if (areTooSmall(pieces, bytes)) stop('too-many-pieces');
      else parser.write(chunk);
    };
    request.on('data', take);
    request.once('end', () => resolve(parser.end()));
    request.once('error', reject);
    request.once('close', () => {
      cancel();
      if (!request.readableEnded) reject(new Error('the client disconnected'));
    });
  });
}
