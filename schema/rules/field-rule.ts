import type { OperationContext } from '../../src/context.ts';
import type { Scope } from '../../src/domain/access.ts';
import type { InputFault } from '../../src/domain/errors.ts';
import type { ExpectedReports, ReadEstimate } from '../../src/domain/read-estimate.ts';
import type { CallEstimate, ExpectedDevices } from '../../src/reports/call-estimate.ts';

/** The objects that a selection set will apply to, as far as they are known before any upstream call. */
export interface ExpectedObjects {
  /** Their devices, if any. */
  readonly devices: readonly ExpectedDevices[];
  /** The asynchronous reports among them. */
  readonly reports: ExpectedReports;
  /** What a field above loads once one of these fields needs it, if there is such a field. */
  readonly load?: PlannedLoad;
}

/** What several fields load together, as soon as one of them is selected. */
export interface PlannedLoad {
  /** Adds its calls. Adding them twice counts once. */
  readonly addCalls: (estimate: CallEstimate) => void;
  /** The devices in one bucket that it loads, from the position of the field. */
  readonly toDevices: (path: string) => readonly ExpectedDevices[];
  /** How many buckets it loads. */
  readonly buckets: number;
}

/** What `plan` of a field works with. */
export interface Planning {
  /** The upstream calls. */
  readonly estimate: CallEstimate;
  /** The database reads. */
  readonly reads: ReadEstimate;
  readonly context: OperationContext;
  /** Position of the field in the operation; distinguishes its objects from those of other fields. */
  readonly path: string;
}

/** Whether the operation selects a field of that name below the field itself. */
export type Selects = (name: string) => boolean;

/** The arguments of a field, coerced to their GraphQL types. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What a field declares beside itself. It is evaluated before the operation runs; the resolver only loads. */
export interface FieldRule {
  /** The scope that a caller needs; null if none. */
  readonly scope: Scope | null;
  /** Whether the field fetches, so that a bad argument of a field below must reject it first. */
  readonly loads: boolean;
  /**
   * Parses the arguments into what the resolver gets instead of them, and adds their faults. Null only with a fault. Throws
   * ReportError if the caller may not ask for it.
   */
  readonly prepare: (args: Arguments, context: OperationContext, faults: InputFault[], selects: Selects) => unknown;
  /** Adds the field's upstream calls and database reads to the estimates, and returns the objects that its selection set will apply to. */
  readonly plan: (asked: unknown, on: ExpectedObjects, planning: Planning) => ExpectedObjects;
}

/** The rule of a field whose resolver gets `Asked`: `extensions` and `resolver` are for the field's options. */
export interface TypedRule<Asked> {
  readonly extensions: { readonly rule: FieldRule };
  /** The resolver of the field, with what `prepare` returned instead of the arguments. */
  resolver<Source, Result>(
    load: (source: Source, asked: Asked, context: OperationContext) => Result,
  ): (source: Source, args: object, context: OperationContext) => Result;
}

export interface RuleOptions<Args, Asked> {
  readonly scope?: Scope;
  readonly loads?: boolean;
  readonly prepare: (args: Args, context: OperationContext, faults: InputFault[], selects: Selects) => Asked | null;
  readonly plan?: (asked: Asked, on: ExpectedObjects, planning: Planning) => ExpectedObjects;
}

/** Declares the rule of a field. `Args` are its arguments as GraphQL coerces them. */
export function fieldRule<Args, Asked>(options: RuleOptions<Args, Asked>): TypedRule<Asked> {
  const { scope = null, loads = false, prepare, plan = toSame } = options;
  return {
    // The arguments are those that the schema declares for the field, and `asked` is what `prepare` returned for them.
    extensions: { rule: { scope, loads, prepare: prepare as FieldRule['prepare'], plan: plan as FieldRule['plan'] } },
    resolver: (load) => (source, asked, context) => load(source, asked as Asked, context),
  };
}

/** The extensions of a field that requires a scope and nothing else; null if it requires none. */
export function scoped(scope: Scope | null): { readonly rule: FieldRule } {
  return { rule: { scope, loads: false, prepare: (args) => args, plan: toSame } };
}

/**
 * The rule of a field of what was planned above it: it loads what those fields load together. Its resolver gets its arguments as they are.
 */
export function sharedLoadRule(): TypedRule<object> {
  return fieldRule({
    loads: true,
    prepare: (args: object) => args,
    plan(_, on, { estimate, path }) {
      on.load?.addCalls(estimate);
      return { ...on, devices: on.load?.toDevices(path) ?? [] };
    },
  });
}

/** The plan of a field that makes no calls, and leads to the same objects. */
function toSame(_: unknown, on: ExpectedObjects): ExpectedObjects {
  return on;
}

/** The rule in the extensions of a field; null if it declares none. */
export function findRule(extensions: Readonly<{ rule?: unknown }>): FieldRule | null {
  const { rule } = extensions;
  return typeof rule === 'object' && rule !== null ? (rule as FieldRule) : null;
}

/** No asynchronous reports. */
export const NO_REPORTS: ExpectedReports = { name: '', count: 0 };

/** The objects of a page of devices, whose IMEIs are known only once the page is read. */
export function toPageOfDevices(on: ExpectedObjects, rows: number, path: string): ExpectedObjects {
  return {
    devices: [{ accountNumber: '', imeis: [], unnamed: { name: path, count: on.reports.count * rows } }],
    reports: NO_REPORTS,
  };
}
