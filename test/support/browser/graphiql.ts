import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/** GraphiQL's editors, by the ends of the names of their documents. */
type Editor = 'operation.graphql' | 'variables.json' | 'request-headers.json' | 'response.json';

/** What a user does in GraphiQL. */
export interface Graphiql {
  open(url: string): Promise<void>;
  /** The names of the tabs, and of the one that is open. */
  tabs(): Promise<string[]>;
  activeTab(): Promise<string>;
  openTab(name: string): Promise<void>;
  /** What is in an editor. */
  read(editor: Editor): Promise<string>;
  write(editor: Editor, text: string): Promise<void>;
  /** Presses the button, and chooses the operation if there are several. */
  run(operation?: string): Promise<void>;
  /** Resolves with the response as soon as no operation is running. */
  response(): Promise<Record<string, unknown>>;
  /** What the browser has stored under this name, or all of it, as one text. */
  stored(name?: string): Promise<string>;
}

const RUN = '.graphiql-execute-button[aria-label^="Execute"]';

export function driveGraphiql(page: Page): Graphiql {
  const model = (editor: Editor): string =>
    `monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(${JSON.stringify(editor)}))`;
  return {
    async open(url) {
      await page.goto(url);
      await page.locator('.graphiql-query-editor .view-line').first().waitFor();
      // The schema has arrived.
      await page.locator('.graphiql-spinner').waitFor({ state: 'detached' });
    },
    tabs: () => page.locator('.graphiql-tab').allInnerTexts(),
    activeTab: () => page.locator('.graphiql-tab-active').innerText(),
    openTab: (name) => page.locator('.graphiql-tab', { hasText: name }).locator('button').first().click(),
    read: (editor) => page.evaluate<string>(`${model(editor)}.getValue()`),
    write: (editor, text) => page.evaluate(`${model(editor)}.setValue(${JSON.stringify(text)})`),
    async run(operation) {
      // The operations of the text are known a moment after the text.
      await page.locator(operation === undefined ? RUN : `${RUN}[aria-haspopup="menu"]`).click();
      if (operation !== undefined) await page.getByRole('menuitem', { name: operation, exact: true }).click();
    },
    async response() {
      await page.locator(RUN).waitFor();
      await page.locator('.graphiql-spinner').waitFor({ state: 'detached' });
      // Not page.waitForFunction: it evaluates text in the page, which the page's policy refuses from the second time.
      const text = await vi.waitUntil(() => page.evaluate<string>(`${model('response.json')}?.getValue() ?? ''`));
      return JSON.parse(text) as Record<string, unknown>;
    },
    stored: (name) =>
      page.evaluate<string>(
        name === undefined
          ? 'JSON.stringify({ ...localStorage, ...sessionStorage })'
          : `localStorage.getItem('${name}')`,
      ),
  };
}
