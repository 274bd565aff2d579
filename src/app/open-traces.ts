import type { TracesConfig } from '../config/traces.ts';
import type { Clock } from '../domain/clock.ts';
import { createOncePerMinute } from '../domain/once-per-minute.ts';
import { VERSION } from '../domain/version.ts';
import type { Log } from '../log.ts';
import type { RunningTraces } from '../telemetry/start-traces.ts';

/** Starts traces; null if they are turned off. Logs at most once a minute per cause that spans are lost. */
export async function openTraces(config: TracesConfig, clock: Clock, log: Log): Promise<RunningTraces | null> {
  const { otlpEndpoint, otlpHeaders, traceResource, tracesSampler, tracesRatio } = config;
  if (otlpEndpoint === null) return null;
  // Imported only if needed: the SDK costs memory and start-up time.
  const { startTraces } = await import('../telemetry/start-traces.ts');
  const mayLog = createOncePerMinute(clock);
  return startTraces({
    url: `${otlpEndpoint}/v1/traces`,
    headers: otlpHeaders,
    resource: { 'service.version': VERSION, ...traceResource },
    sampler: tracesSampler,
    ratio: tracesRatio,
    version: VERSION,
    after: clock.after,
    onLost(spans, cause) {
      if (mayLog(cause)) log.warn({ spans, cause }, 'traces cannot be sent to the collector, so they are lost');
    },
  });
}
