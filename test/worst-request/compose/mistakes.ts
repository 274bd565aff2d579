import type { Choice } from './choice.ts';
import type { Document } from './documents.ts';

/** The largest body that the server reads. */
export const MAX_BODY_BYTES = 1_000_000;
/** MAX_DOCUMENT_BYTES */
const MAX_DOCUMENT_BYTES = 256_000;

/** A document that does not match the schema, or variables that do not match the document, in many places. */
export function composeMistakes(choice: Choice): Document {
  const count = choice.count(100);
  const name = choice.text(choice.count(Math.floor(200_000 / count)));
  const repeat = (times: number, write: (at: number) => string): string =>
    Array.from({ length: times }, (_, at) => write(at)).join(choice.pick([' ', '\n', '\n\n']));
  const longest = Math.floor(900_000 / count);
  switch (choice.integer(0, 7)) {
    case 0:
      return { query: `{ ${repeat(count, (at) => `${name}${at}`)} }`, variables: {} };
    case 1:
      return { query: `{ ${repeat(count, (at) => `a${at}: device(imei: "${name}") { imei }`)} }`, variables: {} };
    case 2:
      return {
        query: 'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { txid } }',
        variables: {
          input: Object.fromEntries(Array.from({ length: count }, (_, at) => [`${choice.text(longest)}${at}`, 1])),
        },
      };
    case 3:
      return {
        query: 'query ($imei: [IMEI!]!) { devices(imei: $imei) { imei } }',
        variables: {
          imei: Array.from({ length: choice.count(10_000) }, (_, at) => `${choice.text(choice.count(90))}${at}`),
        },
      };
    case 4:
      return {
        query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
        variables: {
          r: Array.from({ length: count }, () => ({
            __typename: choice.pick(['Device', choice.text(longest)]),
            imei: choice.text(20),
          })),
        },
      };
    case 5:
      return {
        query: `query (${repeat(count, (at) => `$${name.slice(0, 200)}${at}: ${choice.pick(['Int', 'Nothing', '[Int!]!'])}`)}) { __typename }`,
        variables: { nothing: choice.text(longest) },
      };
    case 6:
      return {
        query: `{ device(imei: "709312034493372") { ${repeat(choice.count(500), (at) => `x: usage(startDate: "2026-01-${at}") { imei }`)} } }`,
        variables: {},
      };
    default:
      return {
        query: `query { ${repeat(count, (at) => `...f${at}`)} } ${repeat(count, (at) => `fragment f${at} on ${choice.pick(['Query', 'Device', 'Nothing'])} { ...f${(at + 1) % count} ${name.slice(0, 100)} }`)}`,
        variables: {},
      };
  }
}

/** Adds what no limit on tokens sees: white space, line ends, commas and comments, up to the longest document. */
export function pad(document: Document, choice: Choice): Document {
  const filler = choice.pick(['\n', ' ', ',', '\r\n', '#\n', `#${choice.text(50)}\n`]);
  const bytes = choice.pick([1_000, 100_000, MAX_DOCUMENT_BYTES]) - Buffer.byteLength(document.query);
  if (bytes <= 0) return document;
  const padding = filler.repeat(Math.floor(bytes / filler.length));
  const before = choice.chance(0.5);
  return { ...document, query: before ? `${padding}${document.query}` : document.query.replace('{', `{${padding}`) };
}
