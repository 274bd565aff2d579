import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/config.ts';
import type { GraphqlConfig } from '../config/graphql.ts';
import type { Clock } from '../domain/clock.ts';
import { VERSION } from '../domain/version.ts';
import { asksForGraphiql } from '../graphql/graphiql/graphiql.ts';
import { GRAPHQL_PATH } from '../graphql/yoga.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { withRequestLog } from '../http/request-log.ts';
import type { Routes } from '../http/routes.ts';
import { asksForOverview, createOverview, OVERVIEW_PATH } from '../overview/overview-page.ts';
import { OVERVIEW_FOLDER } from '../overview/page.ts';
import type { Callers } from './callers.ts';

/** Creates the test of whether a request is for a page that is on, or one of its files. They are the same for everyone. */
export function createAsksForPage({ graphiql, overviewPage }: GraphqlConfig): (request: IncomingMessage) => boolean {
  return (request) =>
    (graphiql && asksForGraphiql(request, GRAPHQL_PATH)) || (overviewPage && asksForOverview(request));
}

export interface OverviewRoutesOptions {
  readonly config: Pick<Config, 'auth' | 'graphql'>;
  readonly isSimulated: boolean;
  readonly overviewFolder?: URL;
  readonly callers: Pick<Callers, 'protect'>;
  readonly requestClock: Clock['monotonic'] | null;
  readonly logUnexpected: LogUnexpected;
}

/** The paths of the overview page; none if it is off. */
export function createOverviewRoutes(options: OverviewRoutesOptions): Routes {
  const { config, isSimulated, overviewFolder: folder, callers, requestClock, logUnexpected } = options;
  const { auth, graphql } = config;
  if (!graphql.overviewPage) return { beginning: {}, at: {} };
  const overview = createOverview({
    facts: {
      graphiql: graphql.graphiql,
      signIn: auth.callersBringTokens ? 'thingspace' : auth.tokens === null ? 'none' : 'bearer',
      isSimulated,
      version: VERSION,
    },
    ...(folder && { folder }),
    logUnexpected,
  });
  const listener = withRequestLog('request', callers.protect(overview), requestClock);
  return { beginning: { [OVERVIEW_FOLDER]: listener }, at: { [OVERVIEW_PATH]: listener } };
}
