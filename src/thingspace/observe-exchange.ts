import { ReportError } from '../domain/errors.ts';
import type { CallPurpose, Exchange } from './http-client.ts';
import { TransportError } from './transport-error.ts';

/** A call to the platform that has ended. */
export interface EndedCall extends CallPurpose {
  /** The HTTP status, or how it ended without one: timeout, cancelled, or the fault of the connection. */
  readonly status: string;
  readonly milliseconds: number;
}

/** Hears of each call to the platform, sign-in included. It must not throw. */
export type OnCall = (call: EndedCall) => void;

/** An exchange whose calls are reported. A request without a purpose is not a call. */
export function observeExchange(exchange: Exchange, monotonic: () => number, onCall: OnCall): Exchange {
  return async (request) => {
    const { purpose } = request;
    if (purpose === undefined) return exchange(request);
    const startedAtMs = monotonic();
    const end = (status: string): void => onCall({ ...purpose, status, milliseconds: monotonic() - startedAtMs });
    try {
      const response = await exchange(request);
      end(String(response.status));
      return response;
    } catch (error) {
      end(toStatus(error));
      throw error;
    }
  };
}

function toStatus(error: unknown): string {
  if (error instanceof TransportError) return error.fault;
  if (error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT') return 'timeout';
  return 'cancelled';
}
