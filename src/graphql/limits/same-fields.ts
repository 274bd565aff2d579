import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** The fields with one response name at one place of the response. */
interface Place {
  /** Those such as `imei`: comparing two of them is cheap. */
  plain: number;
  others: number;
  /** By response name. */
  readonly below: Map<string, Place>;
}

/**
 * Returns how many pairs of fields an operation writes to the same place of the response, summed over the document's operations: all of them
 * have to be compared to tell whether they are compatible. Pairs of plain fields are not counted.
 * Fragments are spread; one that contains itself, which validation rejects, is not spread again inside.
 */
export function countSamePairs({ definitions }: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const entered = new Set<FragmentDefinitionNode>();
  let pairs = 0;

  const add = ({ selections }: SelectionSetNode, to: Map<string, Place>): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) add(selection.selectionSet, to);
      else if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const place = to.get(name) ?? { plain: 0, others: 0, below: new Map<string, Place>() };
        to.set(name, place);
        pairs += place.others;
        if (isPlain(selection)) place.plain += 1;
        else {
          pairs += place.plain;
          place.others += 1;
        }
        if (selection.selectionSet !== undefined) add(selection.selectionSet, place.below);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || entered.has(fragment)) continue;
        entered.add(fragment);
        add(fragment.selectionSet, to);
        entered.delete(fragment);
      }
    }
  };
  for (const each of definitions) if (each.kind === Kind.OPERATION_DEFINITION) add(each.selectionSet, new Map());
  return pairs;
}

function isPlain({ alias, arguments: args = [], selectionSet }: FieldNode): boolean {
  return alias === undefined && args.length === 0 && selectionSet === undefined;
}
