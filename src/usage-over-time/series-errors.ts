import { ReportError } from '../domain/errors.ts';
import type { CallPlan } from './plan-calls.ts';

/** Which limit of an operation a series would exceed. */
export interface Excess {
  /** Null if nobody knows how far. */
  readonly cost: number | null;
  readonly limit: number;
  /** The setting. */
  readonly name: string;
}

const WAY_OUT =
  'Ask for longer buckets, fewer days, fewer groups or fewer devices. The field plan shows the price of each path without making a call.';

/** What is cached takes no bytes. */
const IN_PARTS = 'Ask for a part of the days first, then for the others, then for all: settled days stay cached.';

/** Returns BUDGET_EXCEEDED, for a series that no operation may load. */
export function toSeriesTooLarge({ path, upstreamCalls }: CallPlan, { cost, limit, name }: Excess): ReportError {
  const needs =
    name === 'MAX_UPSTREAM_CALLS'
      ? `This needs ${upstreamCalls} calls to the platform by the path ${path}`
      : `The answers to the ${upstreamCalls} calls of this (path ${path}) are expected to be too large, by those of the account so far`;
  const wayOut = name === 'MAX_UPSTREAM_BYTES' ? `${IN_PARTS} ${WAY_OUT}` : WAY_OUT;
  const message = `${needs}, and the maximum is ${limit} (${name}). Nothing was asked for. ${wayOut}`;
  return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost, limit, wayOut } });
}
