import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { MemPubSub } from '@graphql-hive/pubsub';
import { listen } from '../listen.mjs';

/** Starts Hive Gateway with a supergraph. It subscribes by Apollo's HTTP callback protocol. Resolves to `{ url, close }`. */
export async function startCallbackGateway(supergraph, port, heartbeatMs) {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: 'warn',
    landingPage: false,
    webhooks: true,
    pubsub: new MemPubSub(),
    transportEntries: {
      '*.http': {
        options: {
          subscriptions: {
            kind: 'http-callback',
            options: {
              public_url: `http://127.0.0.1:${port}/callback`,
              path: '/callback',
              heartbeat_interval: heartbeatMs,
            },
          },
        },
      },
    },
  });
  const { url, close } = await listen(gateway, port);
  return {
    url: `${url}/graphql`,
    async close() {
      await close();
      await gateway.dispose();
    },
  };
}
