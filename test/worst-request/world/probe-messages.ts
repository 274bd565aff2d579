/** `begin` collects garbage and resets the histogram. */
export type ProbeRequest = 'begin' | 'end';

export interface Measurement {
  /** CPU time of the process since its start, in milliseconds. */
  readonly cpuMs: number;
  /** The longest block of the event loop since `begin`, at most the CPU time that its thread took meanwhile, in milliseconds. */
  readonly blockMs: number;
}
