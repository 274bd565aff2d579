import type { ClientRequest } from 'node:http';
import type { Socket, TcpNetConnectOpts } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { OutboundProxy } from '../domain/outbound-proxy.ts';
import { PROXY_CODE, type Agents, type CreateAgents } from './agents.ts';
import { USER_AGENT } from './user-agent.ts';

/** No connection through the proxy. `code` says why: the system's error code, or the status of the proxy's response. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: string;
  /** What Node.js calls the step that failed: the request never left. */
  readonly syscall = 'connect';

  constructor(reason: string) {
    super('the proxy made no connection');
    this.code = `${PROXY_CODE}${reason}`;
  }
}

/**
 * Creates agents that send http requests to the proxy, and https requests through a tunnel (CONNECT). The number of connections has no
 * limit of its own: it is that of the requests in flight, which the caller limits, because a tunnel that is not made would not free
 * its place for those who wait for one.
 */
export function createProxyAgents(proxy: OutboundProxy): CreateAgents {
  const { url, authorization } = proxy;
  const credentials = authorization === null ? {} : { 'Proxy-Authorization': authorization };
  return ({ keepAlive }): Agents => {
    // The libraries log the URL if DEBUG is set, so the credentials are not in it.
    const http = new HttpProxyAgent(url, { keepAlive, headers: credentials });
    const https = new HttpsProxyAgent(url, { keepAlive, headers: { 'User-Agent': USER_AGENT, ...credentials } });
    watchConnect(http);
    watchConnect(https);
    return { http, https };
  };
}

/** The events of a request that is over. Before it has a socket, node-fetch's abort is the only one. */
const ENDED: readonly string[] = ['abort', 'close'];

interface ConnectingAgent<R extends ClientRequest> {
  connectOpts: TcpNetConnectOpts & ConnectionOptions;
  connect(request: R, options: Parameters<HttpsProxyAgent<string>['connect']>[1]): Promise<Socket>;
}

/**
 * Adds what the libraries leave out: a request that is aborted while its connection is made closes that connection, and a rejected
 * CONNECT is an error instead of the response.
 */
function watchConnect<R extends ClientRequest>(agent: ConnectingAgent<R>): void {
  const connect = agent.connect.bind(agent);
  const { connectOpts } = agent;
  agent.connect = async (request, options) => {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    let status = 200;
    const onResponse = ({ statusCode = 200 }: { readonly statusCode?: number }): void => void (status = statusCode);
    for (const event of ENDED) request.once(event, abort);
    request.once('proxyConnect', onResponse);
    if (request.destroyed) abort();
    // It is read before the first wait, so that no other connection gets this signal.
    agent.connectOpts = { ...connectOpts, signal: controller.signal };
    try {
      const socket = await connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
      throw new ProxyError(Number.isNaN(status) ? 'INVALID_RESPONSE' : String(status));
    } catch (error) {
      throw error instanceof ProxyError ? error : new ProxyError(toCode(error));
    } finally {
      for (const event of ENDED) request.off(event, abort);
      request.off('proxyConnect', onResponse);
    }
  };
}

function toCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'NO_RESPONSE';
}
