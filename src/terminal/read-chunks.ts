// A file of its own: responses, events and downloads are each read from a stream whose types have no iterator.
/** Yields the chunks of a response body. Closes its connection if whoever reads stops early. */
export async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
