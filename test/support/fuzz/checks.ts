import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { RawAnswer } from '../raw-request.ts';
import type { World } from '../world/world.ts';

/** Checks that hold for every response of this server, whatever the request. */
export interface Checks {
  /** Fails if a response is not well formed, reports a defect or contains a secret. */
  check(answer: RawAnswer): void;
  /** Fails if a GraphQL result is not well formed or reports a defect. */
  checkResult(result: unknown): void;
  /** Fails if an unexpected line was logged, or a promise was rejected without a handler. */
  checkQuiet(): Promise<void>;
  /** Fails if the server no longer responds to a plain query. */
  checkAlive(): Promise<void>;
  close(): void;
}

export interface ChecksOptions {
  /** Texts that no response may contain. */
  readonly secrets?: readonly (string | RegExp)[];
  /** Returns whether a log line is expected. */
  readonly mayLog?: (line: string) => boolean;
}

/** All error codes that the documentation promises: the table in errors.md, and the document limits. */
const DOCUMENTED = new Set([
  ...findIn('errors.md', /^\| `([A-Z_]+)` /gm),
  ...findIn('limits.md', /`([A-Z_]+_LIMIT_EXCEEDED)`/g),
]);

function findIn(file: string, pattern: RegExp): string[] {
  return allIn(readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8'), pattern);
}

const STACK = /\n\s+at |node_modules|file:\/\/|\.ts:\d+|\.js:\d+/;

export function createChecks(world: World, { secrets = [], mayLog = () => false }: ChecksOptions = {}): Checks {
  const { clientSecret, username, password } = world.simulator.credentials;
  const hidden = [clientSecret, username, password, world.dataDir, 'a-bearer-token', 'a-session-token', ...secrets];
  const rejections: unknown[] = [];
  let seen = 0;
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);

  const checkResult = (result: unknown): void => {
    if (typeof result !== 'object' || result === null) throw new Error(`not a result: ${JSON.stringify(result)}`);
    const { data, errors, extensions, ...more } = result as Record<string, unknown>;
    expect(more).toEqual({});
    if (errors === undefined) expect(data).toBeTypeOf('object');
    else expect(errors).not.toHaveLength(0);
    expect(extensions ?? {}).toBeTypeOf('object');
    for (const error of (errors ?? []) as Record<string, unknown>[]) {
      expect(error['message']).toMatch(/./);
      const code = (error['extensions'] as Record<string, unknown> | undefined)?.['code'];
      expect(DOCUMENTED, `the code ${String(code)} of "${String(error['message'])}"`).toContain(code);
      expect(code, String(error['message'])).not.toBe('INTERNAL_SERVER_ERROR');
    }
  };

  return {
    checkResult,
    check({ status, headers, body }) {
      const everything = `${JSON.stringify(headers)}\n${body}`;
      for (const secret of hidden) {
        if (typeof secret === 'string') expect(everything).not.toContain(secret);
        else expect(everything).not.toMatch(secret);
      }
      expect(everything).not.toMatch(STACK);
      if (status >= 500) expect([status, body]).toEqual([503, expect.stringMatching(/./)]);
      const type = toText(headers['content-type']);
      const results = toResults(type, body);
      results.forEach((result) => checkResult(JSON.parse(result)));
      if (status < 400 || results.length > 0) return;
      expect([status, type, body]).toEqual([status, expect.stringMatching(/^text\/plain/), expect.stringMatching(/./)]);
    },
    async checkQuiet() {
      await new Promise((resolve) => setImmediate(resolve));
      expect(rejections.splice(0)).toEqual([]);
      const lines = world.logged.slice(seen);
      seen = world.logged.length;
      expect(lines.filter((line) => !mayLog(line)).join('')).toBe('');
    },
    async checkAlive() {
      const { data } = await world.query('{ device(imei: "709312034493372") { imei } }');
      expect(data).toEqual({ device: { imei: '709312034493372' } });
    },
    close: () => void process.off('unhandledRejection', onRejection),
  };
}

function toText(header: unknown): string {
  return typeof header === 'string' ? header : '';
}

/** The GraphQL results in a response, as JSON texts. */
function toResults(type: string, body: string): string[] {
  if (/^application\/(?:graphql-response\+)?json/.test(type)) return [body];
  if (type.startsWith('text/event-stream')) return allIn(body, /^event: next\ndata: (.*)$/gm);
  return type.startsWith('multipart/mixed') ? allIn(body, /\r\n\r\n(\{.*\})\r\n---/g) : [];
}

function allIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
