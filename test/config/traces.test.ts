import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

function complaintsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
}

describe('the settings of traces', () => {
  test('turn traces off without a collector', () => {
    expect(readConfig({}).traces).toMatchObject({ otlpEndpoint: null, tracesSampler: 'parentbased_always_on' });
  });

  test('are those that OpenTelemetry defines', () => {
    const { traces } = readConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20b%2Cc, x-team = reports,',
      OTEL_SERVICE_NAME: 'reports-eu',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.name=other',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    });
    expect(traces).toEqual({
      otlpEndpoint: 'http://collector:4318',
      otlpHeaders: { 'x-api-key': 'a b,c', 'x-team': 'reports' },
      traceResource: { 'deployment.environment.name': 'staging', 'service.name': 'reports-eu' },
      tracesSampler: 'parentbased_traceidratio',
      tracesRatio: 0.1,
    });
  });

  test.each(['0', '1', '1.0', '.5', '0.5', '0.000000001'])('allow the ratio %s', (ratio) => {
    expect(readConfig({ OTEL_TRACES_SAMPLER_ARG: ratio }).traces.tracesRatio).toBe(Number(ratio));
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', ['collector:4318', 'grpc://collector', 'http://user:hunter2@collector:4318']],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', ['grpc', 'http/json']],
    ['OTEL_EXPORTER_OTLP_HEADERS', ['hunter2', '=hunter2', 'x key=hunter2', 'x-key=%E0hunter2', 'x-key=%0Ahunter2']],
    ['OTEL_RESOURCE_ATTRIBUTES', ['staging', '=staging']],
    ['OTEL_TRACES_SAMPLER', ['jaeger_remote', 'on']],
    ['OTEL_TRACES_SAMPLER_ARG', ['10%', '1.1', '-0.1', '1e-1', '.']],
  ])('of %s report what is wrong, without repeating it', (name, values) => {
    for (const value of values) {
      const complaints = complaintsOf({ [name]: value });
      expect(complaints).toContain(`${name}: Set it to`);
      expect(complaints).not.toContain('hunter2');
    }
  });
});
