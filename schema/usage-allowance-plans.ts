import { listAllowancePlans, type AllowancePlan } from '../src/domain/allowance-plans.ts';
import { ACCOUNT_NUMBER, parseAccount } from './arguments.ts';
import { builder } from './builder.ts';
import { fieldRule } from './rules/field-rule.ts';
import { anyText, asciiText } from './rules/value-size.ts';

const MAX_PLAN_CHARACTERS = 256;
const MAX_ZONE_CHARACTERS = 64;
const PLANS_ASSUMED = 10;

const UsageAllowancePlanRef = builder.objectRef<AllowancePlan>('UsageAllowancePlan').implement({
  description:
    'What a billing cycle includes, as configured on this server (PLANS_FILE). ThingSpace does not report what a data plan includes.',
  fields: (t) => ({
    dataPlan: t.exposeString('dataPlan', {
      extensions: anyText(MAX_PLAN_CHARACTERS),
      description: 'Name of the data plan; null if the plan covers the whole account.',
    }),
    includedBytes: t.expose('includedBytes', {
      type: 'SafeInt',
      nullable: true,
      description: 'Bytes per cycle that all its devices share; null if each device adds its own.',
    }),
    includedBytesPerDevice: t.expose('includedBytesPerDevice', {
      type: 'SafeInt',
      nullable: true,
      description: 'Bytes per cycle that each device adds; null if all devices share includedBytes.',
    }),
    cycleStartDay: t.exposeInt('cycleStartDay', {
      nullable: false,
      description: 'Day of the month on which its billing cycle begins (1-31), for billingCycle.',
    }),
    timeZone: t.exposeString('timeZone', {
      nullable: false,
      extensions: asciiText(MAX_ZONE_CHARACTERS),
      description: 'IANA time zone of its billing cycle, for billingCycle.',
    }),
  }),
});

const plansRule = fieldRule({
  scope: 'reports:read',
  prepare: ({ accountNumber }: { readonly accountNumber?: unknown }, context, faults) =>
    parseAccount(accountNumber, context, ['accountNumber'], faults),
});

builder.queryField('usageAllowancePlans', (t) =>
  t.field({
    type: [UsageAllowancePlanRef],
    nullable: { list: true, items: false },
    listSize: { assumedSize: PLANS_ASSUMED },
    description:
      'What the billing cycles of an account include, as configured: that of the whole account, and those of its data plans. Empty if nothing ' +
      'is configured. Costs no upstream call.',
    args: { accountNumber: t.arg({ type: 'AccountNumber', description: ACCOUNT_NUMBER }) },
    extensions: plansRule.extensions,
    resolve: plansRule.resolver((_, accountNumber, { allowancePlans }) =>
      listAllowancePlans(allowancePlans, accountNumber),
    ),
  }),
);
