export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Makes an answer whose body is JSON. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
