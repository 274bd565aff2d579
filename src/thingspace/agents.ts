// A file of its own: the HTTP client takes these agents or those of a proxy, whose libraries it loads only then.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** The agents for http and https URLs. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpAgent;
}

export interface AgentOptions {
  readonly keepAlive: boolean;
  readonly maxSockets?: number;
}

export type CreateAgents = (options: AgentOptions) => Agents;

/** How the error codes of a proxy begin. */
export const PROXY_CODE = 'ERR_PROXY_';

/** Agents that connect directly. Without agents, node-fetch uses Node's global one, which keeps connections alive too. */
export function createDirectAgents(options: AgentOptions): Agents {
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}
