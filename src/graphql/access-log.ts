import type { OperationContext } from '../context.ts';
import { cutText } from '../domain/cut-text.ts';
import type { PreparedOperation } from './execution/prepared-operation.ts';
import type { OperationObserver, Outcome } from './observe-operations.ts';

/** Where lines go that are written so often that they are put together by hand. */
export interface AccessLines {
  /** Writes a line of level info. `fields` are members of a JSON object without braces, all of them safe to be shown. */
  readonly write: (fields: string, message: string) => void;
  /** A text as JSON that is safe to be shown. */
  readonly toSafeJson: (text: string) => string;
  /** A text that is safe to be shown. */
  readonly toSafeText: (text: string) => string;
}

const MAX_NAME_LENGTH = 100;
const MAX_PRINCIPAL_LENGTH = 200;
const MAX_ACCOUNTS = 10;

/** Remembers the last text, because lines that follow each other often have the same. */
function rememberLast(toJson: (text: string) => string): (text: string) => string {
  let lastText = '';
  let lastJson = '""';
  return (text) => {
    if (text !== lastText) {
      lastJson = toJson(text);
      lastText = text;
    }
    return lastJson;
  };
}

/** Creates the access log: a line for each query and mutation when its result is known, and for each subscription when it has ended. */
export function createAccessLog({ write, toSafeJson, toSafeText }: AccessLines): OperationObserver {
  const toPrincipalJson = rememberLast((principal) => toSafeJson(cutText(principal, MAX_PRINCIPAL_LENGTH)));
  const toAccountJson = rememberLast(toSafeJson);
  const toCodeJson = rememberLast(JSON.stringify);
  /** What each operation has in all its lines. Once nothing else leads to an operation, this does not either. */
  const ofOperations = new WeakMap<PreparedOperation, string>();
  const toOperationFields = (operation: PreparedOperation): string => {
    const known = ofOperations.get(operation);
    if (known !== undefined) return known;
    const { kind, name } = operation;
    const fields = `"kind":"${kind}","name":${name === null ? 'null' : toSafeJson(cutText(name, MAX_NAME_LENGTH))}`;
    ofOperations.set(operation, fields);
    return fields;
  };
  const toFields = (operation: PreparedOperation, context: OperationContext): string =>
    // A valid id has no character that JSON escapes.
    `"requestId":"${toSafeText(context.requestId)}",${toOperationFields(operation)},` +
    `"principal":${toPrincipalJson(context.principal())},"accounts":${toAccounts(context.operation.accounts, toAccountJson)}`;

  const toEnd = ({ code, errors }: Outcome, milliseconds: number): string =>
    `"outcome":${toCodeJson(code)},${toCount(errors)}"ms":${Math.round(milliseconds)}`;

  return {
    onResult(operation, context, outcome, milliseconds) {
      const { calls, shared, cached, retried, milliseconds: callMs } = context.operation.cost;
      const cost = `{"calls":${calls},"shared":${shared},"cached":${cached},"retried":${retried},"milliseconds":${callMs}}`;
      write(`${toFields(operation, context)},"cost":${cost},${toEnd(outcome, milliseconds)}`, 'operation');
    },
    onSubscribe(operation, context) {
      let events = 0;
      return {
        onEvent: () => (events += 1),
        onEnd: (outcome, milliseconds) =>
          write(`${toFields(operation, context)},"events":${events},${toEnd(outcome, milliseconds)}`, 'subscription'),
      };
    },
  };
}

function toCount(errors: number | null): string {
  return errors === null || errors === 0 ? '' : `"errors":${errors},`;
}

function toAccounts(accounts: ReadonlySet<string>, toJson: (account: string) => string): string {
  let list = '';
  let listed = 0;
  for (const account of accounts) {
    if (listed === MAX_ACCOUNTS) return `[${list}],"moreAccounts":${accounts.size - MAX_ACCOUNTS}`;
    list += `${listed === 0 ? '' : ','}${toJson(account)}`;
    listed += 1;
  }
  return `[${list}]`;
}
