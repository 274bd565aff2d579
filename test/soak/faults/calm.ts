import type { Fault } from './fault.ts';

/** No fault at all: what the others are compared with. */
export const calm: Fault = {
  name: 'calm',
  title: 'nothing goes wrong',
  hits: [],
  codes: [],
  recoverySeconds: 0,
  maxLogins: () => 1,
  store: 'sqlite',
  begin: () => Promise.resolve(() => Promise.resolve()),
};
