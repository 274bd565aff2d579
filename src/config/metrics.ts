import { z } from 'zod';
import { host } from './server.ts';
import { int, requiredInt, withRules } from './values.ts';

const Variables = z.object({
  METRICS_PORT: requiredInt(0, 65_535).optional().meta({
    description:
      'Port to serve [metrics](operations.md#metrics) on, at `/metrics`; without it, nothing is measured; 0 picks a free port',
    unset: 'not set',
  }),
  METRICS_HOST: z.string().optional().meta({
    description: 'Address to serve metrics on',
    values: 'IP address or host name of this machine',
    unset: 'as `HOST`',
  }),
  HOST: host,
  // If it is not valid, the server's topic reports it.
  PORT: int(4000, 0, 65_535).catch(0),
});

/** Where the metrics are served: on a port of their own, because nobody has to sign in to read them. */
export const Metrics = withRules(Variables, ({ METRICS_PORT: metricsPort, PORT: port }) =>
  metricsPort !== undefined && metricsPort !== 0 && metricsPort === port
    ? [['METRICS_PORT', 'Set it to another port than PORT.']]
    : [],
).transform((env) => ({
  /** Null turns metrics off; 0 is any free port. */
  metricsPort: env.METRICS_PORT ?? null,
  metricsHost: env.METRICS_HOST ?? env.HOST,
}));
