/** No event of a report is nearly as long. */
const MAX_LINE_LENGTH = 1_000_000;

/**
 * Reads the events of a subscription (GraphQL over server-sent events, distinct connections): yields the data of each event `next`, and ends
 * with the event `complete`. Rejects if the connection ends before.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let event = '';
  let data = '';
  for await (const line of readLines(body)) {
    if (line === '') {
      if (event === 'complete') return;
      if (event === 'next' && data !== '') yield data;
      [event, data] = ['', ''];
    } else if (line.startsWith('event:')) event = line.slice('event:'.length).trim();
    else if (line.startsWith('data:')) data += line.slice('data:'.length).trimStart();
    // Any other line is a comment, which keeps the connection open.
  }
  throw new Error('the stream of events ended early');
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH) throw new Error('an event is too long');
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}
