import { jsonReply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import { hashText } from '../random.ts';
import type { Access } from '../sign-in/access.ts';
import type { Aggregate } from './aggregate.ts';
import { parseAggregateRequest } from './aggregate-request.ts';
import type { AggregateRequest } from './aggregate-request.ts';
import type { ContractVersion } from './report-fields.ts';

export interface AggregateRouteOptions {
  access: Access;
  aggregate: (request: AggregateRequest) => Aggregate;
  version: ContractVersion;
  now: () => number;
  createId: () => string;
}

const IMEI_LIMIT = 10;

function omitEmpty(answer: Aggregate, seed: number): Partial<Aggregate> {
  const keepsEmpty = seed % 2 === 0;
  return {
    ...(answer.usage.length > 0 || keepsEmpty ? { usage: answer.usage } : {}),
    ...(answer.errors.length > 0 || keepsEmpty ? { errors: answer.errors } : {}),
  };
}

/** Answers the aggregated report of a few devices, or of the whole account, at once. */
export function createAggregateRoute(options: AggregateRouteOptions): Handler {
  return (call) => {
    options.access.requireSession(call);
    const request = parseAggregateRequest(call, { ...options, imeiLimit: IMEI_LIMIT });
    const answer = omitEmpty(options.aggregate(request), hashText(call.body));
    return jsonReply(200, { txid: options.createId(), ...answer });
  };
}
