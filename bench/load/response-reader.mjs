import { Buffer } from 'node:buffer';

const endOfHead = Buffer.from('\r\n\r\n');
const lineFeed = 10;

/** Parses one HTTP/1.1 response, with a Content-Length or chunked, from the pieces in which it arrives. */
export function createResponseReader() {
  /** @type {Buffer[]} */
  let parts = [];
  let head = Buffer.alloc(0);
  let status = 0;
  let chunked = false;
  let remaining = 0;
  let line = '';
  let lastChunk = false;

  /** @param {Buffer} piece */
  function takeData(piece) {
    const taken = piece.subarray(0, remaining);
    parts.push(taken);
    remaining -= taken.length;
    return taken.length;
  }

  /** @param {Buffer} piece */
  function takeChunks(piece) {
    let at = 0;
    while (at < piece.length) {
      if (remaining > 0) {
        at += takeData(piece.subarray(at));
        continue;
      }
      const end = piece.indexOf(lineFeed, at);
      line += piece.toString('latin1', at, end < 0 ? piece.length : end);
      if (end < 0) return false;
      at = end + 1;
      const text = line.trim();
      line = '';
      if (lastChunk && text === '') return true;
      if (text === '' || lastChunk) continue;
      remaining = Number.parseInt(text, 16);
      lastChunk = remaining === 0;
    }
    return false;
  }

  /** @param {Buffer} piece */
  function takeBody(piece) {
    if (chunked) return takeChunks(piece);
    takeData(piece);
    return remaining === 0;
  }

  return {
    /**
     * @param {Buffer} piece
     * @returns {{ status: number, body: Buffer } | null} null until the response is complete
     */
    push(piece) {
      let rest = piece;
      if (status === 0) {
        const all = head.length === 0 ? piece : Buffer.concat([head, piece]);
        const end = all.indexOf(endOfHead);
        if (end < 0) {
          head = all;
          return null;
        }
        const text = all.toString('latin1', 0, end);
        status = Number(text.slice(9, 12));
        chunked = /transfer-encoding: *chunked/i.test(text);
        remaining = chunked ? 0 : Number(/content-length: *(\d+)/i.exec(text)?.[1]);
        rest = all.subarray(end + endOfHead.length);
      }
      if (!takeBody(rest)) return null;
      return { status, body: parts.length === 1 ? parts[0] : Buffer.concat(parts) };
    },
  };
}
