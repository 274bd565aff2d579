import { ReportError } from '../../domain/errors.ts';
import { callFor, type CallFor, untilGone, type Caller } from '../operation.ts';

/** Calls that several operations wait for: who asks for what is already on its way gets the same answer. */
export interface SharedFlights<T> {
  /** Throws what the call throws, and the caller's own reason when the caller goes away. */
  join(key: string, caller: Caller, call: (options: CallFor) => Promise<T>): Promise<T>;
}

interface Flight<T> {
  readonly answer: Promise<T>;
  readonly callers: Set<Caller>;
  readonly controller: AbortController;
}

/** Flights by key; a flight is broken off when the last who waited for it has gone. */
export function createSharedFlights<T>(monotonic: () => number): SharedFlights<T> {
  const flights = new Map<string, Flight<T>>();

  const start = (key: string, caller: Caller, call: (options: CallFor) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    const callers = new Set([caller]);
    const answer = callFor(() => callers, controller.signal, monotonic, call).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    const flight = { answer, callers, controller };
    flights.set(key, flight);
    return flight;
  };
  const wait = (key: string, flight: Flight<T>, caller: Caller): Promise<T> => {
    flight.callers.add(caller);
    return untilGone(flight.answer, caller, (reason) => {
      flight.callers.delete(caller);
      if (flight.callers.size > 0) return;
      if (flights.get(key) === flight) flights.delete(key);
      flight.controller.abort(reason);
    });
  };

  return {
    async join(key, caller, call) {
      const underWay = caller.mayUseCache ? flights.get(key) : undefined;
      if (underWay === undefined) return wait(key, start(key, caller, call), caller);
      try {
        return await wait(key, underWay, caller);
      } catch (error) {
        // Its time had begun before this caller came, who gets a whole time of its own: with others whose time is over, too.
        if (!isTimeout(error)) throw error;
        return wait(key, flights.get(key) ?? start(key, caller, call), caller);
      }
    },
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT';
}
