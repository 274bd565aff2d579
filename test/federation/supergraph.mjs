import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { startGateway } from '../../examples/federation/gateway.mjs';
import { compose } from '../../examples/federation/supergraph.mjs';
import { startProducts } from '../support/fakes/products-server.ts';
import { findFreePort } from '../support/free-port.ts';

const OTHERS = new URL('node_modules/@apollo/federation-subgraph-compatibility-tests/dist/subgraphs/', import.meta.url);

/** The suite's reference schema links this version. Its rule for `@link` knows none above 2.3. */
const LINKED = 'https://specs.apollo.dev/federation/v2.3';

/**
 * Starts the supergraph of Apollo's suite: the products on this server, the suite's own users and inventory, and Hive Gateway in place of
 * Apollo Router. Tells the tests its addresses, and returns the function that ends it.
 */
export async function setup({ provide }) {
  const products = await startProducts(LINKED);
  const others = await Promise.all([startOther('users', 'USERS_PORT'), startOther('inventory', 'INVENTORY_PORT')]);
  const subgraphs = [{ name: 'products', url: products.url, typeDefs: parse(products.sdl) }, ...others];
  const gateway = await startGateway(compose(subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs }))));
  provide('productsUrl', products.url);
  provide('routerUrl', gateway.url);
  return async () => {
    await gateway.close();
    for (const { close } of others) await close();
    await products.close();
  };
}

/** Starts a subgraph of the suite in a process of its own. */
async function startOther(name, portVariable) {
  const port = await findFreePort();
  const server = fork(new URL(`${name}/index.js`, OTHERS), {
    env: { ...process.env, [portVariable]: String(port) },
    silent: true,
  });
  const ended = once(server, 'exit');
  const [first] = await Promise.race([once(server, 'message'), ended]);
  if (first !== 'ready') throw new Error(`The subgraph ${name} of the suite did not start.`);
  return {
    name,
    url: `http://localhost:${port}/`,
    typeDefs: parse(readFileSync(new URL(`${name}/${name}.graphql`, OTHERS), 'utf8')),
    async close() {
      server.kill();
      await ended;
    },
  };
}
