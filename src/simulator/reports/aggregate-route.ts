import { jsonReply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import { hashText } from '../random.ts';
import type { Access } from '../sign-in/access.ts';
import type { Aggregate } from './aggregate.ts';
import { parseAggregateRequest, type AggregateRequest } from './aggregate-request.ts';
import type { ContractVersion } from './report-fields.ts';

export interface AggregateRouteOptions {
  access: Access;
  aggregate: (request: AggregateRequest) => Aggregate;
  version: ContractVersion;
  now: () => number;
  createId: () => string;
}

/** From docs/upstream/README.md. */
const MAX_IMEIS = 10;

/** The platform leaves out an empty list in some responses and not in others. */
function omitEmpty({ usage, errors }: Aggregate, seed: number): Partial<Aggregate> {
  const keepsEmpty = seed % 2 === 0;
  return {
    ...(usage.length > 0 || keepsEmpty ? { usage } : {}),
    ...(errors.length > 0 || keepsEmpty ? { errors } : {}),
  };
}

/** Handles the synchronous aggregated report: up to 10 devices, or the whole account. */
export function createAggregateRoute(options: AggregateRouteOptions): Handler {
  return (call) => {
    options.access.requireSession(call);
    const request = parseAggregateRequest(call, { ...options, maxImeis: MAX_IMEIS });
    const result = omitEmpty(options.aggregate(request), hashText(call.body));
    return jsonReply(200, { txid: options.createId(), ...result });
  };
}
