import {
  optionalBoolean,
  optionalInteger,
  optionalProbability,
  rejectUnknownFields,
  type JsonObject,
} from '../http/json-object.ts';

/** How callback messages are disturbed; docs/simulator.md describes the fields. */
export interface CallbackDisturbance {
  /** Probability that a message is lost, from 0 to 1. */
  lose?: number | undefined;
  /** Probability that a message is sent twice, from 0 to 1. */
  double?: number | undefined;
  /** Pause before each message. */
  delayMilliseconds?: number | undefined;
  /** The first message arrives before the response to the request. */
  early?: boolean | undefined;
  /** False keeps the messages in order. */
  shuffle?: boolean | undefined;
}

/** Parses a disturbance of callback messages. Throws InvalidInput. */
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
