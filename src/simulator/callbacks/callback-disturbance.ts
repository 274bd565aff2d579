import { optionalBoolean, optionalInteger, optionalProbability, rejectUnknownFields } from '../http/json-object.ts';
import type { JsonObject } from '../http/json-object.ts';

export interface CallbackDisturbance {
  lose?: number | undefined;
  double?: number | undefined;
  delayMilliseconds?: number | undefined;
  early?: boolean | undefined;
  shuffle?: boolean | undefined;
}

/** Reads how the sending of messages shall be disturbed, or throws InvalidInput. */
export function parseCallbackDisturbance(object: JsonObject): CallbackDisturbance {
  rejectUnknownFields(object, ['lose', 'double', 'delayMilliseconds', 'early', 'shuffle']);
  return {
    lose: optionalProbability(object, 'lose'),
    double: optionalProbability(object, 'double'),
    delayMilliseconds: optionalInteger(object, 'delayMilliseconds'),
    early: optionalBoolean(object, 'early'),
    shuffle: optionalBoolean(object, 'shuffle'),
  };
}
