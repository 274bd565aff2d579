import type { IncomingMessage } from 'node:http';
import { areTooSmall } from '../../domain/body-pieces.ts';
import { MAX_LIST_BYTES } from './list-limits.ts';
import { createListParser, type ParsedList } from './parse-list.ts';

/** Why a body was not read to its end. */
export type ListFault = 'too-large' | 'too-many-pieces';

/**
 * Reads a list while it arrives, so that it never is in memory as a whole. How long that may take, REQUEST_TIMEOUT_MS says. Rejects if the
 * client disconnects.
 */
export function readList(request: IncomingMessage): Promise<ParsedList | ListFault> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_LIST_BYTES) {
      resolve('too-large');
      return;
    }
    const parser = createListParser();
    let pieces = 0;
    let bytes = 0;
    const stop = (fault: ListFault): void => {
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
      if (!request.readableEnded) reject(new Error('the client disconnected'));
    });
  });
}
