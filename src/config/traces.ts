import { z } from 'zod';
import { webAddress } from './values.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
const PROTOCOL = 'http/protobuf';
const PAIRS_ADVICE =
  'Set it to pairs such as name=value, separated by commas. Percent-encode commas, and what is not ASCII.';

/** Where traces are sent, by the variables that OpenTelemetry gives to every program. */
export const Traces = z
  .object({
    OTEL_EXPORTER_OTLP_ENDPOINT: webAddress('http://127.0.0.1:4318').optional().meta({
      description: 'OpenTelemetry collector that takes OTLP over HTTP; without it, traces are off',
      values: 'http or https URL',
    }),
    OTEL_EXPORTER_OTLP_PROTOCOL: z
      .enum([PROTOCOL], `Set it to ${PROTOCOL}, and OTEL_EXPORTER_OTLP_ENDPOINT to the HTTP port of the collector.`)
      .default(PROTOCOL)
      .describe('Protocol that traces are sent by'),
    OTEL_EXPORTER_OTLP_HEADERS: pairs(/^[\w!#$%&'*+.^`|~-]+$/, /^[\x20-\x7e]*$/)
      .optional()
      .meta({ description: 'Headers for the collector', values: 'pairs such as `name=value`, separated by commas' }),
    OTEL_SERVICE_NAME: z.string().default('device-reports-graphql').describe('What this server is called in traces'),
    OTEL_RESOURCE_ATTRIBUTES: pairs(/^.+$/, /^.*$/).optional().meta({
      description: 'Further attributes of every trace',
      values: 'pairs such as `name=value`, separated by commas',
    }),
    OTEL_TRACES_SAMPLER: z
      .enum(SAMPLERS, `Set it to ${listWords(SAMPLERS)}.`)
      .default('parentbased_always_on')
      .describe('Which traces are recorded; samplers that begin with `parentbased_` follow the gateway'),
    OTEL_TRACES_SAMPLER_ARG: z
      .string()
      .regex(/^(?:0?\.\d{1,9}|0|1(?:\.0)?)$/, 'Set it to a number from 0 to 1, such as 0.1.')
      .transform(Number)
      .default(1)
      .meta({
        description: 'Share of traces to record with `traceidratio` or `parentbased_traceidratio`',
        values: 'a number from 0 up to 1',
      }),
  })
  .transform((env) => ({
    /** Base URL of the collector; null turns traces off. */
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    /** Headers for the collector. */
    otlpHeaders: env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    /** Attributes of every span. */
    traceResource: { ...env.OTEL_RESOURCE_ATTRIBUTES, 'service.name': env.OTEL_SERVICE_NAME },
    tracesSampler: env.OTEL_TRACES_SAMPLER,
    /** The share of traces that are recorded, if the sampler uses one. */
    tracesRatio: env.OTEL_TRACES_SAMPLER_ARG,
  }));
export type TracesConfig = z.output<typeof Traces>;

/** Pairs of a percent-encoded name and value. */
function pairs(names: RegExp, values: RegExp) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map((pair) => parsePair(pair, names, values)),
    )
    .refine((parsed) => parsed.every((pair) => pair !== null), PAIRS_ADVICE)
    .transform((parsed) => Object.fromEntries(parsed.filter((pair) => pair !== null)));
}

function parsePair(pair: string, names: RegExp, values: RegExp): readonly [string, string] | null {
  const [, name = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
  try {
    const decoded = [decodeURIComponent(name), decodeURIComponent(value)] as const;
    return names.test(decoded[0]) && values.test(decoded[1]) ? decoded : null;
  } catch {
    return null;
  }
}

function listWords(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
