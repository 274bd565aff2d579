import { builder } from './builder.ts';

export const UsageOrderRef = builder.enumType('UsageOrder', {
  description: 'In which order devices come. Devices without the figure come last, equal ones by IMEI.',
  values: {
    BYTES_DESC: { description: 'Most bytes first.' },
    BYTES_ASC: { description: 'Fewest bytes first.' },
    SESSIONS_DESC: { description: 'Most sessions first.' },
    SESSIONS_ASC: { description: 'Fewest sessions first.' },
    IMEI: { description: 'By IMEI, as text.' },
  },
});
