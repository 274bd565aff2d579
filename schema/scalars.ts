import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

builder.scalarType('IMEI', {
  description:
    'The identity of a cellular device: a string of exactly 15 digits, leading zeroes kept, such as "709312034493372". Its check digit is not judged.',
  serialize: neverReturned,
  parseValue: asSent,
});

builder.scalarType('AccountNumber', {
  description:
    'A billing account of the carrier: a string of 1 to 64 letters, digits and "-", leading zeroes kept, such as "0844021539-00001".',
  serialize: neverReturned,
  parseValue: asSent,
});

builder.scalarType('ReportDate', {
  description:
    'A side of a report’s window: an ISO 8601 date ("2026-05-31", the whole day in UTC), a date-time ("2026-05-31T08:00:00Z", UTC where it ' +
    'has no offset), or one of the platform’s predefined constants in capitals ("LAST_WEEK"), passed through as it is. ' +
    'A window is at most 180 days long, and the platform keeps nothing older than 180 days.',
  serialize: neverReturned,
  parseValue: asSent,
});

builder.scalarType('DateTime', {
  description:
    'A moment in RFC 3339 with its offset, such as "2026-05-31T08:00:00Z". A time that the platform gives without an offset is UTC.',
  serialize: asChecked,
  parseValue: neverSent,
});

builder.scalarType('SafeInt', {
  description:
    'A whole number from 0 to 2^53-1, exact, as a JSON number: a count of bytes or seconds passes the 2^31 of Int.',
  serialize: asChecked,
  parseValue: neverSent,
});

function asSent(value: unknown): unknown {
  return value;
}

/** Figures and times are checked where they come in, once; a second look a row would cost more than the row. */
function asChecked<T>(value: T): T {
  return value;
}

function neverReturned(): never {
  throw new GraphQLError('This scalar is for arguments; results carry an ID in its place.');
}

function neverSent(): never {
  throw new GraphQLError('This scalar is for results; no argument has it.');
}
