import type { LoadClient } from '../client.ts';

/** The devices that a caller requested, by the start of the window in epoch milliseconds. */
export type Asked = ReadonlyMap<number, ReadonlySet<string>>;

interface Variables {
  readonly imei?: string | readonly string[];
  readonly representations?: readonly { readonly imei: string }[];
  readonly startDate?: string;
  readonly input?: Variables;
}

/** Returns the same client, and a record of everything that it requests. */
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
