import type { PartFailure, Repeat } from '../src/async-reports/fleet.ts';
import { builder } from './builder.ts';
import { FleetReportRepeatReasonRef } from './fleet-report-enums.ts';
import { anyText, asciiText } from './rules/value-size.ts';
import { toDateTime } from './scalars.ts';

export const FleetReportRepeatRef = builder.objectRef<Repeat>('FleetReportRepeat').implement({
  description: 'A request to ThingSpace for devices of a fleet report that had been requested before.',
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it was decided.',
      resolve: ({ atMs }) => toDateTime(atMs),
    }),
    reason: t.field({
      type: FleetReportRepeatReasonRef,
      nullable: false,
      description: 'Why the devices were requested again.',
      resolve: ({ reason }) => reason,
    }),
    devices: t.exposeInt('devices', { nullable: false, description: 'Number of devices of the request.' }),
  }),
});

/** A part that was rejected. */
export interface Rejection extends PartFailure {
  readonly part: number;
  readonly devices: number;
}

/** The message of an error can contain what the platform said, cut. */
const MAX_MESSAGE_CHARACTERS = 2_000;

export const FleetReportRejectionRef = builder.objectRef<Rejection>('FleetReportRejection').implement({
  description: 'A part of a fleet report that was not accepted, and will not be sent again.',
  fields: (t) => ({
    part: t.exposeInt('part', { nullable: false, description: 'Number of the part, from 1.' }),
    devices: t.exposeInt('devices', { nullable: false, description: 'Number of its devices.' }),
    code: t.exposeString('code', {
      nullable: false,
      extensions: asciiText(100),
      description: 'Error code of this API, such as UPSTREAM_BAD_REQUEST. Codes are stable.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      extensions: anyText(MAX_MESSAGE_CHARACTERS),
      description: 'What happened, and what to do. Messages are not stable.',
    }),
  }),
});
