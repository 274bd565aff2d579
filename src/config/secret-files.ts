import { readFileSync } from 'node:fs';
import { SECRETS } from './secret-values.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Returns the text of a file. Throws if it cannot be read. */
export type ReadText = (path: string) => string;

/** Environment variables, with those that were read from files. */
export interface WithSecrets {
  /** The variables, including those read from files. */
  readonly variables: Variables;
  /** A line for each file that cannot be used, by the name of the variable that it should set. */
  readonly faults: ReadonlyMap<string, string>;
}

/**
 * Reads each secret whose variable with _FILE appended to its name holds a path, without the line feed at its end. A fault never
 * contains a path or the content of a file.
 */
export function readSecretFiles(set: Variables, readText: ReadText): WithSecrets {
  const faults = new Map<string, string>();
  const read: [string, string][] = [];
  for (const name of SECRETS) {
    const path = set[`${name}_FILE`];
    if (path === undefined) continue;
    const secret = set[name] === undefined ? readSecret(path, readText) : { fault: `Set it or ${name}, not both.` };
    if ('text' in secret) read.push([name, secret.text]);
    else faults.set(name, `${name}_FILE: ${secret.fault}`);
  }
  return { variables: { ...set, ...Object.fromEntries(read) }, faults };
}

/** Reads a UTF-8 file. Throws Node's error if it cannot be read. */
export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8');
}

function readSecret(path: string, readText: ReadText): { readonly text: string } | { readonly fault: string } {
  try {
    const text = readText(path).replace(/\r?\n$/, '');
    return text === '' ? { fault: 'The file is empty. Write the secret into it.' } : { text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { fault: `The file cannot be read${code}. Set it to the path of a file that this user can read.` };
  }
}
