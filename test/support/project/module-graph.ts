import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What one module uses from elsewhere. */
export interface Module {
  /** The path from the project's root, such as src/domain/imei.ts. */
  readonly file: string;
  readonly imports: readonly Import[];
  /** Global names that it uses without an import. */
  readonly globals: readonly string[];
  /** Paths of the platform in its string literals. */
  readonly platformPaths: readonly string[];
  readonly lines: number;
  /** The comment in its first line, which says why a short file is one of its own; null if there is none. */
  readonly reason: string | null;
}

export interface Import {
  /** A file of the project (src/domain/imei.ts), or a package or built-in module (node:http). */
  readonly from: string;
  /** The imported names that exist at run time; types do not. */
  readonly values: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WATCHED_GLOBALS = new Set(['process', 'fetch']);
const PLATFORM_PATH = /^\/(?:hyper-precise|m2m|ts)\//;

/** Reads every module in the folders, with its imports as the compiler sees them. */
export async function readModules(folders: readonly string[]): Promise<Module[]> {
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(path.join(ROOT, folder), { recursive: true })).map((name) => `${folder}/${name}`),
    ),
  );
  const files = names.flat().filter((name) => name.endsWith('.ts'));
  return Promise.all(files.map(async (file) => parseModule(file, await readFile(path.join(ROOT, file), 'utf8'))));
}

/** Parses the text of a module. */
export function parseModule(file: string, text: string): Module {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const globals = new Set<string>();
  const platformPaths = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      imports.push({ from: toTarget(file, node.moduleSpecifier.text), values: toValues(node.importClause) });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      imports.push({ from: toTarget(file, node.moduleSpecifier.text), values: node.isTypeOnly ? [] : ['*'] });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      if (target !== undefined && ts.isStringLiteral(target))
        imports.push({ from: toTarget(file, target.text), values: ['*'] });
    } else if (ts.isIdentifier(node) && WATCHED_GLOBALS.has(node.text) && isRead(node)) {
      globals.add(node.text);
    } else if (ts.isStringLiteralLike(node) && PLATFORM_PATH.test(node.text)) {
      platformPaths.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const declared = toDeclaredNames(source);
  return {
    file,
    imports,
    globals: [...globals].filter((name) => !declared.has(name)),
    platformPaths: [...platformPaths],
    lines: text.split('\n').length - 1,
    reason: /^\/\/ (.+)/.exec(text)?.[1] ?? null,
  };
}

function toTarget(file: string, specifier: string): string {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
}

function toValues(clause: ts.ImportClause | undefined): string[] {
  if (clause === undefined) return ['*'];
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const bindings = clause.namedBindings;
  const named =
    bindings === undefined
      ? []
      : ts.isNamespaceImport(bindings)
        ? ['*']
        : bindings.elements
            .filter(({ isTypeOnly }) => !isTypeOnly)
            .map(({ name, propertyName }) => (propertyName ?? name).text);
  return clause.name === undefined ? named : ['default', ...named];
}

/** Returns whether an identifier is a value, and not just the name of a property. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === node || parent.expression.getText() === 'globalThis';
  return !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent) && !ts.isMethodSignature(parent);
}

/** The names that a module declares or imports itself. */
function toDeclaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isImportClause(node) ||
      ts.isImportSpecifier(node);
    if (isDeclaration && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
