import type { Departure } from './departure.ts';

/** When an operation has to be over. */
export interface Deadline {
  /** Of the client, or of the operation's time once it has begun. */
  readonly departure: Departure;
  /** Lets the time run from now on. */
  begin(): void;
  /** Throws OPERATION_TIMEOUT once the time is over: for what is not to be started then. */
  rejectIfOver(): void;
}
