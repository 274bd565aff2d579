import * as documented from '../dist/apollo-client.js';
import { createApolloDriver } from './apollo.mjs';

export const packages = ['@apollo/client'];
export const createDriver = (world) => createApolloDriver(documented, world);
