import type { Documented } from './sections.ts';
import { ANY_TEXT, type Setting } from './settings.ts';
import { wrapWords } from './wrap-words.ts';

const WIDTH = 130;

/** Writes .env.example: every setting with its default, commented out. */
export function printExample({ sections, secrets }: Documented): string {
  const secretNames = `This works for ${secrets.slice(0, -1).join(', ')} and ${secrets.at(-1) ?? ''}.`;
  const head = [
    'Every setting with its default. Without ThingSpace credentials, the server uses the embedded simulator.',
    'To use this file: copy it to .env, uncomment the lines you change, then run: set -a; . ./.env; set +a; npm start',
    'With the package, run: npx device-reports-graphql --settings .env',
    'Put a value with spaces or other special characters in single quotes. An empty value counts as not set.',
    'The terminal commands (docs/terminal.md) read DEVICE_REPORTS_URL and DEVICE_REPORTS_TOKEN, which no server reads.',
    'docs/configuration.md explains each setting. Numbers are whole numbers in the range given. The server reports every bad value at start.',
    '',
    'A secret can be read from a file: append _FILE to the name and set a path, such as THINGSPACE_PASSWORD_FILE=/run/secrets/password.',
    ...wrapWords(secretNames, WIDTH),
  ];
  const parts = sections.map(({ title, settings }) => [`# --- ${title} ---`, ...settings.flatMap(printSetting)]);
  return `${[head.map((line) => `# ${line}`.trimEnd()), ...parts].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function printSetting({ name, description, fallback, values }: Setting): string[] {
  const value = /^`([^`]*)`/.exec(fallback)?.[1];
  const rules = [
    ...(values === ANY_TEXT ? [] : [values]),
    ...(value !== undefined || NO_DEFAULT.has(fallback) ? [] : [`default: ${fallback}`]),
  ];
  const about = rules.length === 0 ? description : `${description} (${rules.join('; ')})`;
  return [`# ${toPlain(about)}.`, `# ${name}=${value ?? ''}`];
}

/** What the table says of settings without a default. */
const NO_DEFAULT = new Set(['none', 'not set']);

/** Without code spans and links. */
function toPlain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
