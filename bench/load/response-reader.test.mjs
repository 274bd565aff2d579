import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { createResponseReader } from './response-reader.mjs';

const body = 'a\r\n0\r\n\r\nb'.repeat(20);
const half = Math.floor(body.length / 2);
const hex = (/** @type {number} */ length) => length.toString(16);
const known = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked =
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n` +
  `${hex(half)}\r\n${body.slice(0, half)}\r\n${hex(body.length - half)};note\r\n${body.slice(half)}\r\n0\r\n\r\n`;

for (const [name, wire] of Object.entries({ 'with a Content-Length': known, 'in chunks': chunked })) {
  test(`a response ${name} is read the same, whatever its pieces`, () => {
    for (let size = 1; size <= wire.length; size += 1) {
      const reader = createResponseReader();
      for (let at = 0; at < wire.length; at += size) {
        const response = reader.push(Buffer.from(wire.slice(at, at + size)));
        assert.equal(response !== null, at + size >= wire.length);
        if (response) assert.deepEqual([response.status, response.body.toString()], [200, body]);
      }
    }
  });
}
