import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The module and the name of the type that Kubernetes publishes for each kind of resource. */
const TYPE_OF_KIND: Readonly<Record<string, readonly [module: string, name: string]>> = {
  Service: ['kubernetes-types/core/v1', 'Service'],
  StatefulSet: ['kubernetes-types/apps/v1', 'StatefulSet'],
  PodDisruptionBudget: ['kubernetes-types/policy/v1', 'PodDisruptionBudget'],
  HorizontalPodAutoscaler: ['kubernetes-types/autoscaling/v2', 'HorizontalPodAutoscaler'],
};

/**
 * Checks resources as literals of their types: names of fields, their values, and what is required. Returns a line for each fault. Throws for a
 * kind that it does not know.
 */
export async function findTypeFaults(resources: readonly { readonly kind: string }[]): Promise<string[]> {
  const lines = resources.map((resource, at) => {
    const [module, name] = TYPE_OF_KIND[resource.kind] ?? [];
    if (module === undefined) throw new Error(`Which type has ${resource.kind}?`);
    return `export const resource${at}: import('${module}').${name} = ${JSON.stringify(resource, null, 1)};`;
  });
  // Packages are found from here.
  const file = path.join(ROOT, 'node_modules', `.resources-${process.pid}.ts`);
  await writeFile(file, lines.join('\n'));
  try {
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 300));
  } finally {
    await rm(file);
  }
}
