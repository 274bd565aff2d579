import type { Fault } from './fault.ts';

/** No fault, for comparison. */
export const calm: Fault = {
  name: 'calm',
  title: 'nothing fails',
  hits: [],
  codes: [],
  recoverySeconds: 0,
  maxLogins: () => 1,
  store: 'sqlite',
  begin: () => Promise.resolve(() => Promise.resolve()),
};
