import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputField,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';
import type { Choice } from './choice.ts';
import type { Stored } from './composition.ts';

/** An enum value: written without quotes in a document. */
export class EnumValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const ZONES = Intl.supportedValuesOf('timeZone');
const DAY_MS = 86_400_000;

/** Draws values of arguments: within the documented limits, and rarely not. */
export interface Values {
  /** A value for the argument; undefined to leave it out. */
  of(argument: GraphQLArgument | GraphQLInputField): unknown;
}

export function createValues(choice: Choice, stored: Stored, account: string): Values {
  /** One size for all lists of a document, so that its lists are often all long. */
  const listSize = choice.pick([1, 10, 100, 1_000, 10_000]);
  const pageSize = choice.pick([1, 20, 100, 1_000]);
  const imei = (): string => `35${String(choice.integer(0, 9_999_999_999_999)).padStart(13, '0')}`;
  const imeis = (): string[] => {
    const first = choice.integer(0, 1_000_000);
    return Array.from({ length: listSize }, (_, at) => `35${String(first + at).padStart(13, '0')}`);
  };
  const date = (daysAgo: number): string => {
    const time = new Date(Date.now() - daysAgo * DAY_MS - choice.integer(0, 1_000) * 1_000).toISOString();
    return choice.chance(0.5) ? time.slice(0, 10) : time;
  };
  const toDay = (name: string): string => {
    const [latest, earliest] = name === 'startDate' ? [30, 179] : [-20, 29];
    return new Date(Date.now() - choice.integer(latest, earliest) * DAY_MS).toISOString().slice(0, 10);
  };
  const listed = (name: string): unknown[] => {
    if (name === 'imei') return choice.chance(0.15) ? [] : imeis();
    if (name === 'values') return Array.from({ length: choice.count(20) }, (_, at) => `group ${at}`);
    if (name === 'p') return Array.from({ length: choice.count(100) }, () => choice.integer(0, 10_000) / 100);
    return Array.from({ length: Math.min(listSize, 10_000) }, (_, at) => toRepresentation(at));
  };
  const toRepresentation = (at: number): object => {
    const __typename = choice.pick(['Device', 'Device', 'AggregatedReportRequest', 'NoSuchType']);
    if (__typename === 'AggregatedReportRequest') return { __typename, txid: choice.pick(stored.txids) };
    if (choice.chance(0.1)) return { __typename, [choice.text(choice.count(1_000))]: choice.text(choice.count(1_000)) };
    return { __typename, imei: `35${String(at).padStart(13, '0')}`, accountNumber: account };
  };
  const named = (name: string): unknown => {
    switch (name) {
      case 'first':
        return pageSize;
      case 'imei':
        return imei();
      case 'txid':
        return choice.chance(0.6) ? stored.txids[0] : choice.pick(stored.txids);
      case 'accountNumber':
        return account;
      case 'timeZone':
        return choice.pick(['UTC', choice.pick(['Europe/Berlin', ...ZONES])]);
      case 'startDate':
        return date(choice.integer(30, 170));
      case 'endDate':
        return date(choice.integer(0, 29));
      case 'cycleStartDay':
        return choice.integer(1, 31);
      case 'includedBytes':
        return choice.integer(1, 1_000_000);
      case 'allDevices':
        return choice.chance(0.6);
      case 'after':
        return choice.chance(0.9) ? undefined : choice.text(choice.count(2_000));
      case 'idempotencyKey':
        return choice.text(choice.count(255));
      default:
        return undefined;
    }
  };
  const ofType = (name: string, type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return ofType(name, type.ofType);
    if (isListType(type)) return listed(name);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).map((field) => [field.name, of(field)] as const);
      const object = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
      // An empty list of devices means the whole account.
      return 'allDevices' in object
        ? { ...object, allDevices: ((object['imei'] ?? []) as unknown[]).length === 0 }
        : object;
    }
    if (isEnumType(type)) return new EnumValue(choice.pick(toNames(type.getValues())));
    const value = type.name === 'Date' ? toDay(name) : named(name);
    if (value !== undefined || choice.chance(0.7)) return value;
    return choice.pick([0, 1, 'text', true, choice.text(choice.count(256))]);
  };
  const of = (argument: GraphQLArgument | GraphQLInputField): unknown => {
    const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
    const isUsual = ['first', 'imei', 'startDate', 'endDate', 'timeZone', 'p', 'orderBy', 'allDevices'].includes(
      argument.name,
    );
    return isRequired || choice.chance(isUsual ? 0.7 : 0.1) ? ofType(argument.name, argument.type) : undefined;
  };
  return { of };
}

function toNames(values: readonly { readonly name: string }[]): [string, ...string[]] {
  const [first = 'NONE', ...others] = values.map(({ name }) => name);
  return [first, ...others];
}
