/** One field of a Protocol Buffers message. */
export interface Field {
  readonly number: number;
  /** A number (also one of fixed length), or the bytes of a text or of another message. */
  readonly value: bigint | Uint8Array;
}

/** Reads the fields of a message, whatever their names. Throws if it is cut off. */
export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const readValue = (wireType: number): bigint | Uint8Array => {
    switch (wireType) {
      case 0:
        return readVarint();
      case 1:
        at += 8;
        return view.getBigUint64(at - 8, true);
      case 2: {
        const length = Number(readVarint());
        if (at + length > bytes.length) throw new Error('the message is cut off');
        at += length;
        return bytes.subarray(at - length, at);
      }
      case 5:
        at += 4;
        return BigInt(view.getUint32(at - 4, true));
      default:
        throw new Error(`there is no wire type ${wireType}`);
    }
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    fields.push({ number: tag >> 3, value: readValue(tag & 7) });
  }
  return fields;
}

/** The messages in all fields of this number. */
export function messagesOf(fields: readonly Field[], number: number): Field[][] {
  return fields.flatMap((field) =>
    field.number === number && typeof field.value !== 'bigint' ? [readFields(field.value)] : [],
  );
}

/** The bytes of the first field of this number; empty if there is none. */
export function bytesOf(fields: readonly Field[], number: number): Buffer {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'object' ? Buffer.from(value) : Buffer.alloc(0);
}

/** The number in the first field of this number; 0 if there is none. */
export function numberOf(fields: readonly Field[], number: number): bigint {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? value : 0n;
}
