import * as documented from '../dist/apollo-client-3.js';
import { createApolloDriver } from './apollo.mjs';

export const packages = ['@apollo/client-3'];
export const createDriver = (world) => createApolloDriver(documented, world);
