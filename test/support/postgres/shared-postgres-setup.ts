import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres, type TestPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL that returns the address of a new, empty database for each request. */
    readonly databasesUrl: string;
  }
}

/** Provides one PostgreSQL for the whole run. It starts when the first test needs a database. Returns a function that stops it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<TestPostgres> | null = null;
  const createDatabase = async (): Promise<string> => {
    postgres ??= startPostgres();
    return (await postgres).createDatabase();
  };
  const server = createServer((_, response) => {
    createDatabase().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  project.provide('databasesUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await (await postgres)?.close();
  };
}
