import { hideSecrets, parseListenerUrl } from '../src/domain/callback-address.ts';
import { rejectFaults, type ArgumentPath, type InputFault } from '../src/domain/errors.ts';
import type { OperationContext } from '../src/context.ts';
import { LISTENER_NAME, type RegisteredListener } from '../src/reports/callback-listeners.ts';
import { parseAccount } from './arguments.ts';
import { builder, CALL_COST, ASYNCHRONOUS, OPERATIONS } from './builder.ts';
import type { PlannedCalls } from './rules/planned-calls.ts';

const OF_ACCOUNT = 'The account; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out.';
/** The platform has one listener for each of its services. */
const LISTENERS_ASSUMED = 10;

const CallbackListenerRef = builder.objectRef<RegisteredListener>('CallbackListener').implement({
  description:
    'Where the platform posts an account’s messages. It keeps one listener a name: another takes its place unasked.',
  fields: (t) => ({
    accountNumber: t.exposeID('accountNumber', { nullable: false, description: 'The account.' }),
    name: t.exposeString('name', { nullable: false, description: 'The service whose messages it gets.' }),
    url: t.string({
      description: 'The address, secrets in it shown as ***; null where the platform does not say.',
      resolve: ({ url }) => (url === null ? null : hideSecrets(url)),
    }),
    isThisServer: t.boolean({
      nullable: false,
      description:
        'Whether messages posted there arrive here. False tells a drift: someone registered another address.',
      resolve: ({ url }, _, { callbackAddress }) => url !== null && callbackAddress.isOurs(url),
    }),
  }),
});

const RegisterCallbackListenerInput = builder.inputType('RegisterCallbackListenerInput', {
  description: 'Where the platform shall post an account’s messages.',
  fields: (t) => ({
    accountNumber: t.field({ type: 'AccountNumber', description: OF_ACCOUNT }),
    name: t.string({
      defaultValue: LISTENER_NAME,
      description: 'The service whose messages are meant: 1 to 64 letters, digits, ".", "_" and "-".',
    }),
    url: t.string({
      description:
        'An http or https address with a port that the platform posts to (80, 443, 9001-9006, 28200-28220, 50551-50559). ' +
        'Where it is left out, this server’s own receiver, by PUBLIC_URL.',
    }),
  }),
});

function plannedCalls(count: number): PlannedCalls {
  return {
    calls: {
      asks: true,
      plan(on, _, { estimate }) {
        estimate.add(count);
        return on;
      },
    },
  };
}

builder.queryField('callbackListeners', (t) =>
  t.field({
    type: [CallbackListenerRef],
    nullable: { list: true, items: false },
    cost: CALL_COST,
    listSize: { assumedSize: LISTENERS_ASSUMED },
    tag: [ASYNCHRONOUS, OPERATIONS],
    description: 'The listeners that the platform has for the account, and whether this server is among them.',
    args: { accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }) },
    extensions: { ...plannedCalls(1) },
    resolve: (_, args, context) => {
      const faults: InputFault[] = [];
      const accountNumber = parseAccount(args.accountNumber, context, ['accountNumber'], faults);
      rejectFaults(faults);
      return accountNumber === null ? null : context.listeners.list(accountNumber, context.operation);
    },
  }),
);

builder.mutationField('registerCallbackListener', (t) =>
  t.field({
    type: CallbackListenerRef,
    cost: CALL_COST,
    tag: [ASYNCHRONOUS, OPERATIONS],
    description:
      'Has the platform post the account’s messages to an address, in place of the one that had the name before.',
    args: {
      input: t.arg({ type: RegisterCallbackListenerInput, required: true, description: 'Where, and which messages.' }),
    },
    extensions: { ...plannedCalls(1) },
    resolve: async (_, { input }, context) => {
      const faults: InputFault[] = [];
      const at = ['input'];
      const path = [...at, 'accountNumber'];
      const accountNumber = parseAccount(input.accountNumber, context, path, faults);
      const name = parseName(input.name, [...at, 'name'], faults);
      const url = parseUrl(input.url, context, [...at, 'url'], faults);
      rejectFaults(faults);
      if (accountNumber === null || url === null) return null;
      context.deadline.rejectIfOver();
      const registered = await context.listeners.register({ accountNumber, name, url }, context.operation);
      context.listenerCheck.forget(accountNumber);
      return registered;
    },
  }),
);

builder.mutationField('deregisterCallbackListener', (t) =>
  t.field({
    type: CallbackListenerRef,
    cost: CALL_COST,
    tag: [ASYNCHRONOUS, OPERATIONS],
    description:
      'Stops the messages of a service, and gives the listener that had them. Messages that still come find no one.',
    args: {
      accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }),
      name: t.arg.string({
        defaultValue: LISTENER_NAME,
        description: 'The service whose messages are meant: 1 to 64 letters, digits, ".", "_" and "-".',
      }),
    },
    // It is looked up before it is taken away.
    extensions: { ...plannedCalls(2) },
    resolve: async (_, args, context) => {
      const faults: InputFault[] = [];
      const accountNumber = parseAccount(args.accountNumber, context, ['accountNumber'], faults);
      const name = parseName(args.name, ['name'], faults);
      rejectFaults(faults);
      if (accountNumber === null) return null;
      const listeners = await context.listeners.list(accountNumber, context.operation);
      context.deadline.rejectIfOver();
      await context.listeners.deregister(accountNumber, name, context.operation);
      context.listenerCheck.forget(accountNumber);
      return listeners.find((listener) => listener.name === name) ?? { accountNumber, name, url: null };
    },
  }),
);

function parseName(sent: string | null | undefined, argumentPath: ArgumentPath, faults: InputFault[]): string {
  const name = sent ?? LISTENER_NAME;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    const message = `This is no name of a service. Send 1 to 64 letters, digits, ".", "_" and "-", such as ${LISTENER_NAME}.`;
    faults.push({ argumentPath, message });
  }
  return name;
}

function parseUrl(
  sent: string | null | undefined,
  { callbackAddress }: OperationContext,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): string | null {
  const url = sent ?? callbackAddress.own;
  if (url !== null) return parseListenerUrl(url, argumentPath, faults);
  const message = 'This server does not know its own public address. Set PUBLIC_URL, or send a url.';
  faults.push({ argumentPath, message });
  return null;
}
