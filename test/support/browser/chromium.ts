import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { describe } from 'vitest';

/** Where Debian's package `chromium` puts it. */
const EXECUTABLE = '/usr/bin/chromium';

/** In CI, tests without the browser fail. Elsewhere they are skipped, with a warning. */
const isThere = existsSync(EXECUTABLE);
const isRequired = process.env['CI'] !== undefined && process.env['CI'] !== 'false';

/** Chromium has several processes, so it is slow where few cores have much else to do. */
const STEP_TIMEOUT_MS = 90_000;
const TEST_TIMEOUT_MS = 240_000;

/** Like `describe`, for tests that need Chromium. */
export function describeInChromium(name: string, define: () => void): void {
  (isThere || isRequired ? describe : describe.skip)(name, { timeout: TEST_TIMEOUT_MS }, define);
}
if (!isThere && !isRequired) {
  process.stderr.write(`The tests in Chromium are skipped: there is no ${EXECUTABLE} (apt-get install chromium).\n`);
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name resolves, so nothing can be loaded from any other host.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Starts headless Chromium, which reaches 127.0.0.1 only. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

/** A window of the browser, and what went wrong in it. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors in the console and exceptions that nobody caught. */
  readonly errors: readonly string[];
  /** The hosts to which requests went, also those that were blocked. */
  readonly hosts: ReadonlySet<string>;
}

export interface VisitOptions {
  /** The time of the browser, which then stands still; by default that of the machine. */
  readonly now?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Opens a window of a new user: without cache and storage. */
export async function openVisit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const { width = 1280, height = 800, now, colorScheme = 'light' } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  const page = await context.newPage();
  if (now !== undefined) await page.clock.setFixedTime(now);
  const errors: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:') hosts.add(host);
  });
  return { context, page, errors, hosts };
}
