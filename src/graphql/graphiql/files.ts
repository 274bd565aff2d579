import { readFile } from 'node:fs/promises';
import { toPageFiles, type PageFiles } from '../../http/pages/page-files.ts';

type Contents = Awaited<ReturnType<typeof readContents>>;

/** The files of GraphiQL. */
export type Files = PageFiles<keyof Contents>;
export type FileNames = Files['names'];

/** Loads and compresses the files of GraphiQL. They have 9 MB, so this is for the first browser that asks. */
export async function loadFiles(): Promise<Files> {
  return toPageFiles(await readContents());
}

async function readContents() {
  const [graphiql, page, styles] = await Promise.all([
    import('@graphql-yoga/render-graphiql/graphiql'),
    readFile(new URL('./page.browser.js', import.meta.url), 'utf8'),
    readFile(new URL('./page.browser.css', import.meta.url), 'utf8'),
  ]);
  return {
    graphiql: graphiql.js,
    page,
    styles: `${graphiql.css}\n${styles}`,
    editorWorker: graphiql.editorWorkerService,
    jsonWorker: graphiql.jsonWorker,
    graphqlWorker: graphiql.graphqlWorker,
  };
}
