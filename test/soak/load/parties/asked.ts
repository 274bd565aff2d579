import type { LoadClient } from '../client.ts';

/** Which devices a caller asked for, by the beginning of their window in epoch milliseconds. */
export type Asked = ReadonlyMap<number, ReadonlySet<string>>;

interface Variables {
  readonly imei?: string | readonly string[];
  readonly representations?: readonly { readonly imei: string }[];
  readonly startDate?: string;
  readonly input?: Variables;
}

/** The same client, and a note of all that it asks for. */
export function noteAsked<Client extends Pick<LoadClient, 'query'>>(
  client: Client,
): { readonly client: Client; readonly asked: Asked } {
  const asked = new Map<number, Set<string>>();
  const note = ({ imei = [], representations = [], startDate, input }: Variables): void => {
    if (input !== undefined) note(input);
    if (startDate === undefined) return;
    const atMs = Date.parse(startDate);
    const devices = asked.get(atMs) ?? new Set();
    for (const each of [imei].flat().concat(representations.map((device) => device.imei))) devices.add(each);
    asked.set(atMs, devices);
  };
  return {
    asked,
    client: {
      ...client,
      query: (query, variables) => {
        note(variables);
        return client.query(query, variables);
      },
    },
  };
}
