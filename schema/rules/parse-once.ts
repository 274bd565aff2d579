import type { OperationContext } from '../../src/context.ts';
import type { InputFault } from '../../src/domain/errors.ts';

interface Parsed {
  readonly value: unknown;
  readonly faults: readonly InputFault[];
}

/**
 * Parses a list of the arguments once in an operation, however many aliases send it in one variable. `as` names what it is parsed as: the
 * same list parsed as the same must have the same value and faults. Adds the faults each time.
 */
export function parseOnce<T>(
  { prepared }: OperationContext,
  list: readonly unknown[],
  as: string,
  faults: InputFault[],
  parse: (faults: InputFault[]) => T,
): T {
  prepared.parsedLists ??= new WeakMap();
  const known = prepared.parsedLists.get(list) ?? new Map<string, Parsed>();
  const found = known.get(as) as Parsed | undefined;
  if (found !== undefined) {
    faults.push(...found.faults);
    // It was parsed as the same, and so has the same type.
    return found.value as T;
  }
  const own: InputFault[] = [];
  const value = parse(own);
  prepared.parsedLists.set(list, known.set(as, { value, faults: own }));
  faults.push(...own);
  return value;
}
