/** Reads a header of a request by its lower-case name; null if it was not sent. */
export type ReadHeader = (name: string) => string | null;

/** Identifies a span, as W3C Trace Context does. */
export interface SpanIds {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** The lowest bit says whether the span is recorded. */
  readonly traceFlags: number;
}

/** What is recorded of an operation when it has ended. */
export interface OperationFacts {
  /** query, mutation or subscription. */
  readonly kind: string;
  /** Null if it has none. */
  readonly name: string | null;
  readonly requestId: string;
  /** OK, or the code of the first error. */
  readonly outcome: string;
  readonly cost: Readonly<Record<'calls' | 'shared' | 'cached' | 'retried', number>>;
  /** Events that were sent; null if it is not a subscription. */
  readonly events: number | null;
}

/** The trace of one operation. */
export interface OperationTrace {
  /** Whether its spans are recorded. If not, its ids are only passed on to the platform. */
  readonly isSampled: boolean;
  /** Every call returns the same ones. */
  readonly ids: () => SpanIds;
  /** Begins a call to the platform. `waiting` returns the traces of the operations that wait for it now, who pays for it first. */
  beginCall(waiting: () => readonly OperationTrace[]): CallTrace;
  /** Runs some work of the operation, such as a read of the store, and records it as a span of this name. */
  record<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Adds a link to a span of another trace that the operation waits for. */
  link(ids: SpanIds): void;
  /** Ends its span, once. */
  end(facts: OperationFacts): void;
}

/** A call to the platform, with all its attempts. Nothing of it is recorded if no operation that waits for it is sampled. */
export interface CallTrace {
  /** Sets how many devices the call names, before each attempt. */
  setDevices(devices: number): void;
  /** Begins an attempt, just before it is sent. Of the path, its query is left out. */
  beginAttempt(method: string, path: string): AttemptTrace;
  /** Call it when an operation joins the call after an attempt was sent. */
  join(operation: OperationTrace): void;
  /** Ends its span, once. `outcome` is OK or the code of an error. */
  end(outcome: string): void;
}

/** One request to the platform. */
export interface AttemptTrace {
  /** What the request has to send. */
  readonly headers: { readonly traceparent: string };
  /** Ends its span, once: with the status of the response, or with what failed before there was one. */
  end(outcome: { readonly status: number } | { readonly failure: string }): void;
}

/** Where traces begin. */
export interface Traces {
  /** Begins the trace of an operation, below the span that the headers of its request name. */
  startOperation(readHeader: ReadHeader): OperationTrace;
  /** Runs work with messages of the platform, and records it as a trace of its own. */
  record<T>(name: string, messages: number, work: () => Promise<T>): Promise<T>;
}

/** The outcome of what succeeded. */
export const OK = 'OK';
