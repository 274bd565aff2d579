/**
 * Writes a message of Protocol Buffers from its end to its start: the length of a part stands before the part, and is known only when
 * the part has been written. So fields are written in reverse order.
 */
export interface MessageWriter {
  number(field: number, value: number): void;
  double(field: number, value: number): void;
  text(field: number, value: string): void;
  /** Writes a message as a field: `write` writes its own fields. */
  message(field: number, write: () => void): void;
  /** Returns what was written. */
  finish(): Buffer;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;

const FIRST_CAPACITY = 1_024;

/** Creates a writer that has written nothing. */
export function createMessageWriter(): MessageWriter {
  let buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  let start = buffer.length;

  const reserve = (bytes: number): void => {
    if (bytes > start) {
      const written = buffer.subarray(start);
      const larger = Buffer.allocUnsafe(2 * buffer.length + bytes);
      start = larger.length - written.length;
      written.copy(larger, start);
      buffer = larger;
    }
    start -= bytes;
  };
  /** Seven bits to a byte, lowest first. Not with shifts, which end at 32 bits. */
  const varint = (value: number): void => {
    let length = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
    reserve(length);
    let rest = value;
    for (let at = start; at < start + length - 1; at += 1) {
      buffer[at] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    buffer[start + length - 1] = rest;
  };
  const tag = (field: number, type: number): void => varint(field * 8 + type);

  return {
    number(field, value) {
      varint(value);
      tag(field, VARINT);
    },
    double(field, value) {
      reserve(8);
      buffer.writeDoubleLE(value, start);
      tag(field, FIXED_64);
    },
    text(field, value) {
      const length = Buffer.byteLength(value);
      reserve(length);
      buffer.write(value, start);
      varint(length);
      tag(field, LENGTH_DELIMITED);
    },
    message(field, write) {
      const before = buffer.length - start;
      write();
      varint(buffer.length - start - before);
      tag(field, LENGTH_DELIMITED);
    },
    finish: () => buffer.subarray(start),
  };
}
