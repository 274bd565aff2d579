// The server as it is shipped, with the simulator behind it and tokens in front, and a proxy that records what a client sends.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ISSUER = 'https://issuer.test';
const AUDIENCE = 'device-reports';
const ACCOUNT = '0844021539-00001';
/** The example device of the contract. */
const KNOWN = '709312034493372';

/** Starts the server with these settings. */
export async function startServer(settings = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const folder = await mkdtemp(path.join(tmpdir(), 'device-reports-clients-'));
  const child = spawn(process.execPath, [PROGRAM], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
      RECORD: 'off',
      AUTH_MODE: 'jwt',
      AUTH_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }),
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await findUrl(child);
  const token = toToken(privateKey);
  const proxy = await startProxy(url);
  return {
    url: proxy.url,
    /** Past the proxy, which knows no WebSockets. */
    directUrl: url,
    token,
    proxy,
    known: KNOWN,
    ask: async (query, variables) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    async close() {
      proxy.close();
      child.kill('SIGKILL');
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function findUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^\s*API\s+(http\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The server did not start.');
}

function toToken(privateKey) {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'clients',
    iat: now,
    exp: now + 3_600,
    scope: 'reports:read reports:request',
    accounts: [ACCOUNT],
  };
  const text = [{ alg: 'EdDSA', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}

/** A proxy that records requests, and can hold their responses back until the client leaves. */
async function startProxy(target) {
  const { port } = new URL(target);
  const requests = [];
  let holds = false;
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const recorded = { method, url, headers, body: body.toString('utf8'), left: once(response, 'close') };
    requests.push(recorded);
    if (holds) return;
    const upstream = httpRequest({ port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    response.on('close', () => upstream.destroy());
    upstream.on('error', () => response.destroy());
    upstream.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    /** Returns the requests since the last call. */
    take: () => requests.splice(0),
    hold: (value) => (holds = value),
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
