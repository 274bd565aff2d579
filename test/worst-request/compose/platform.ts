import type { Choice } from './choice.ts';

/** What the platform answers. */
export interface Platform {
  /** Sessions of a device. */
  readonly sessions: number;
  /** Devices of a whole account. */
  readonly accountDevices: number;
  /** Share of the devices that are refused, from 0 to 1. */
  readonly refused: number;
  /** Length of every text: ids, transaction ids, codes and messages. Each row has another text. */
  readonly textLength: number;
  /** Characters that JSON writes as six. */
  readonly isEscaped: boolean;
  /** Devices that nobody asked for, in each answer. */
  readonly uninvited: number;
  /** Callback listeners of the account. */
  readonly listeners: number;
}

export function choosePlatform(choice: Choice): Platform {
  return {
    sessions: choice.pick([0, 10, 1_000, 5_000, 20_000]),
    accountDevices: choice.pick([10, 1_000, 10_000, 100_000]),
    refused: choice.pick([0, 0, 0.5, 1]),
    textLength: choice.pick([8, 8, 36, 200, 2_000, choice.pick([200, 1_000_000])]),
    isEscaped: choice.chance(0.2),
    uninvited: choice.pick([0, 0, 0, 10, 1_000]),
    listeners: choice.pick([0, 1, 10, 1_000]),
  };
}

/**
 * The text of a row: its number, and a filler. Long answers do not fit within UPSTREAM_MAX_ANSWER_BYTES, like long texts in each of their
 * rows.
 */
export function toText({ textLength, isEscaped }: Platform, row: number): string {
  return `${row}${(isEscaped ? '\u0001' : 't').repeat(textLength)}`.slice(0, textLength);
}
