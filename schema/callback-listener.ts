import type { OperationContext } from '../src/context.ts';
import { hideSecrets, MAX_URL_CHARACTERS, parseListenerUrl } from '../src/domain/callback-address.ts';
import { MAX_TEXT_CHARACTERS } from '../src/domain/cut-text.ts';
import type { ArgumentPath, InputFault } from '../src/domain/errors.ts';
import { LISTENER_NAME, type RegisteredListener } from '../src/reports/callback-listeners.ts';
import { describeAccount, parseAccount } from './arguments.ts';
import { builder, CALL_COST, ASYNCHRONOUS, OPERATIONS } from './builder.ts';
import { anyText, asciiText } from './rules/value-size.ts';
import { fieldRule, type ExpectedObjects, type Planning } from './rules/field-rule.ts';

const OF_ACCOUNT = describeAccount('Account of the listener.');
const NAME = {
  defaultValue: LISTENER_NAME,
  description:
    'ThingSpace service name: 1-64 letters, digits, ".", "_" and "-". The default is the service of device reports.',
};

/** An account has one listener per ThingSpace service. */
const LISTENERS_ASSUMED = 10;

const CallbackListenerRef = builder.objectRef<RegisteredListener>('CallbackListener').implement({
  description:
    'A URL to which ThingSpace posts the callback messages of an account. ThingSpace stores one listener per name: ' +
    'registering another one replaces it silently.',
  fields: (t) => ({
    accountNumber: t.exposeID('accountNumber', {
      extensions: anyText(MAX_TEXT_CHARACTERS),
      nullable: false,
      description: 'Account whose messages are posted.',
    }),
    name: t.exposeString('name', {
      extensions: anyText(MAX_TEXT_CHARACTERS),
      nullable: false,
      description: 'ThingSpace service that sends the messages.',
    }),
    url: t.string({
      extensions: asciiText(9 * MAX_URL_CHARACTERS),
      description:
        'URL that receives the messages, with secrets replaced by ***; null if ThingSpace did not return it.',
      resolve: ({ url }) => (url === null ? null : hideSecrets(url)),
    }),
    isThisServer: t.boolean({
      nullable: false,
      description:
        'True: messages posted to url arrive at this server. False: they do not, because another URL is registered.',
      resolve: ({ url }, _, { callbackAddress }) => url !== null && callbackAddress.isOurs(url),
    }),
  }),
});

const RegisterCallbackListenerInput = builder.inputType('RegisterCallbackListenerInput', {
  description: 'A callback listener to register.',
  fields: (t) => ({
    accountNumber: t.field({ type: 'AccountNumber', description: OF_ACCOUNT }),
    name: t.string(NAME),
    url: t.string({
      description:
        'An http or https URL of at most 2,000 characters. ThingSpace posts only to the ports 80, 443, 9001-9006, 28200-28220 ' +
        'and 50551-50559. Default: this server’s own receiver at PUBLIC_URL.',
    }),
  }),
});

/** The plan of a field that makes this many calls, which share nothing with others. */
const planCalls =
  (count: number) =>
  (_: unknown, on: ExpectedObjects, { estimate }: Planning): ExpectedObjects => {
    estimate.add(count);
    return on;
  };

const listRule = fieldRule({
  scope: 'listeners:manage',
  prepare: (args: { readonly accountNumber?: unknown }, context, faults) =>
    parseAccount(args.accountNumber, context, ['accountNumber'], faults),
  plan: planCalls(1),
});

const registerRule = fieldRule({
  scope: 'listeners:manage',
  prepare({ input }: { readonly input: typeof RegisterCallbackListenerInput.$inferInput }, context, faults) {
    const at = ['input'];
    const accountNumber = parseAccount(input.accountNumber, context, [...at, 'accountNumber'], faults);
    const name = parseName(input.name, [...at, 'name'], faults);
    const url = parseUrl(input.url, context, [...at, 'url'], faults);
    return accountNumber === null || url === null ? null : { accountNumber, name, url };
  },
  plan: planCalls(1),
});

const deregisterRule = fieldRule({
  scope: 'listeners:manage',
  prepare(args: { readonly accountNumber?: unknown; readonly name?: string | null }, context, faults) {
    const accountNumber = parseAccount(args.accountNumber, context, ['accountNumber'], faults);
    const name = parseName(args.name, ['name'], faults);
    return accountNumber === null ? null : { accountNumber, name };
  },
  // One call to look the listener up, one to deregister it.
  plan: planCalls(2),
});

builder.queryField('callbackListeners', (t) =>
  t.field({
    type: [CallbackListenerRef],
    nullable: { list: true, items: false },
    cost: CALL_COST,
    listSize: { assumedSize: LISTENERS_ASSUMED },
    tag: [ASYNCHRONOUS, OPERATIONS],
    description:
      'Callback listeners of an account that are registered with ThingSpace. isThisServer shows whether messages arrive here.',
    args: { accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }) },
    extensions: listRule.extensions,
    resolve: listRule.resolver(async (_, accountNumber, { listeners, listenerCheck, operation }) => {
      const listed = await listeners.list(accountNumber, operation);
      listenerCheck.saw(accountNumber, listed);
      return listed;
    }),
  }),
);

builder.mutationField('registerCallbackListener', (t) =>
  t.field({
    type: CallbackListenerRef,
    cost: CALL_COST,
    tag: [ASYNCHRONOUS, OPERATIONS],
    description:
      'Registers a URL to which ThingSpace posts the callback messages of an account. Replaces the listener of the same name.',
    args: {
      input: t.arg({ type: RegisterCallbackListenerInput, required: true, description: 'Account, service and URL.' }),
    },
    extensions: registerRule.extensions,
    resolve: registerRule.resolver(async (_, listener, context) => {
      context.cancellation.rejectIfOver();
      const registered = await context.listeners.register(listener, context.operation);
      context.listenerCheck.forget(listener.accountNumber);
      return registered;
    }),
  }),
);

builder.mutationField('deregisterCallbackListener', (t) =>
  t.field({
    type: CallbackListenerRef,
    cost: CALL_COST,
    tag: [ASYNCHRONOUS, OPERATIONS],
    description:
      'Deregisters a callback listener and returns it. ' +
      'ThingSpace then stops posting its messages, so results that are still pending do not arrive.',
    args: {
      accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }),
      name: t.arg.string(NAME),
    },
    extensions: deregisterRule.extensions,
    resolve: deregisterRule.resolver(async (_, { accountNumber, name }, context) => {
      const listeners = await context.listeners.list(accountNumber, context.operation);
      context.cancellation.rejectIfOver();
      await context.listeners.deregister(accountNumber, name, context.operation);
      context.listenerCheck.forget(accountNumber);
      return listeners.find((listener) => listener.name === name) ?? { accountNumber, name, url: null };
    }),
  }),
);

function parseName(sent: string | null | undefined, argumentPath: ArgumentPath, faults: InputFault[]): string {
  const name = sent ?? LISTENER_NAME;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    const message = `This is not a valid service name. Send 1 to 64 letters, digits, ".", "_" and "-", such as ${LISTENER_NAME}.`;
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
  const message = 'This server does not know its public URL. Send a url, or set PUBLIC_URL on the server.';
  faults.push({ argumentPath, message });
  return null;
}
