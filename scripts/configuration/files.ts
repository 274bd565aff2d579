import { SECRETS } from '../../src/config/secret-values.ts';
import { printExample } from './example.ts';
import { printPage } from './page.ts';
import { SECTIONS, type Documented } from './sections.ts';
import { readSettings } from './settings.ts';

/** The generated files, by their paths from the project's root. Each is written from what it is now, because some of it is by hand. */
export const FILES: Readonly<Record<string, (current: string) => string>> = {
  'docs/configuration.md': (current) => printPage(current, documented()),
  '.env.example': () => printExample(documented()),
};

function documented(): Documented {
  const settings = readSettings();
  const named = SECTIONS.flatMap(({ names }) => names);
  const missing = [...settings.keys()].filter((name) => !named.includes(name));
  if (missing.length > 0)
    throw new Error(`Add ${missing.join(', ')} to a section in scripts/configuration/sections.ts.`);
  const sections = SECTIONS.map(({ id, title, names }) => ({
    id,
    title,
    settings: names.map((name) => {
      const setting = settings.get(name);
      if (setting === undefined)
        throw new Error(`scripts/configuration/sections.ts has ${name}, which no topic reads.`);
      return setting;
    }),
  }));
  return { sections, secrets: SECRETS };
}
