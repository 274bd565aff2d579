import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Samples } from '../graphql/graphiql/sample-tabs.ts';
import type { ServerLog } from '../log.ts';
import type { OwnProcess } from '../telemetry/process-metrics.ts';

/** What an application is started with. */
export interface AppOptions {
  readonly config: Config;
  /** What GraphiQL's sample operations ask about. */
  readonly samples: Samples;
  /** Where the built overview page is; by default beside the program. */
  readonly overviewFolder?: URL;
  readonly clock: Clock;
  readonly log: ServerLog;
  /** Whether the platform is a simulator that ends with this process. If so, the login history is only kept in memory. */
  readonly isSimulated?: boolean;
  readonly ownProcess: OwnProcess;
  /** CPU time of the process so far, in milliseconds; without it, CPU_SHARE_PER_PRINCIPAL counts the time of the event loop. */
  readonly cpuTimeMs?: () => number;
  /** Whether everything is ready for requests; by default it is as soon as the application is. */
  readonly isStarted?: () => boolean;
}
