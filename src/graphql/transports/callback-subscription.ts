import type { GraphQLFormattedError } from 'graphql';
import type { Clock } from '../../domain/clock.ts';
import type { MaskError } from '../mask-error.ts';
import { toFormattedError } from '../request-error.ts';
import type { StartedSubscription } from '../start-operation.ts';
import type { Lifetime } from './lifetime.ts';
import type { RouterMessages } from './router-messages.ts';

export interface CallbackSubscriptionOptions extends StartedSubscription {
  readonly messages: RouterMessages;
  /** 0 if the router wants no heartbeats. */
  readonly heartbeatMs: number;
  readonly lifetime: Lifetime;
  readonly maskError: MaskError;
  readonly clock: Pick<Clock, 'after'>;
}

/** A heartbeat has to arrive within each interval, and its way takes time. */
const PART_OF_INTERVAL = 0.8;
/** Without heartbeats, a subscription that nobody wants any more would be noticed only by its next event. */
const IDLE_CHECK_MS = 60_000;

/**
 * Sends the events of a subscription to its router, each when the one before it has been taken. Ends the lifetime when the report is
 * complete, or the router wants no more or cannot be reached.
 */
export function followByCallback(options: CallbackSubscriptionOptions): void {
  const { events, messages, heartbeatMs, lifetime, maskError, clock } = options;
  const checkAfterMs = heartbeatMs === 0 ? IDLE_CHECK_MS : heartbeatMs * PART_OF_INTERVAL;
  let cancelBeat = (): void => undefined;

  const follow = async (): Promise<void> => {
    for await (const { failure, stringify } of events) {
      if (lifetime.isOver()) return;
      if (failure !== null) {
        await complete([toFormattedError(failure)]);
        return;
      }
      if ((await messages.next(stringify())) !== 'taken') {
        lifetime.end(false);
        return;
      }
    }
    if (!lifetime.isOver()) await complete();
  };
  const complete = async (errors?: readonly GraphQLFormattedError[]): Promise<void> =>
    lifetime.end((await messages.complete(errors)) === 'taken');
  const beat = (): void => {
    cancelBeat = clock.after(checkAfterMs, () => {
      void messages.check().then((delivery) => {
        if (lifetime.isOver()) return;
        if (delivery === 'taken') beat();
        else lifetime.end(false);
      });
    });
  };

  beat();
  lifetime.onEnd(() => cancelBeat());
  void follow().catch((error: unknown) =>
    lifetime.isOver() ? undefined : complete([toFormattedError(maskError(error))]),
  );
}
