import type { Config } from '../../../src/config/config.ts';

type EachOf<T> = T extends unknown ? (value: T) => void : never;
type AllOf<T> = EachOf<T> extends (value: infer All) => void ? All : never;

/** Settings of any topic by their own names, which no two topics share. */
export type Settings = Partial<AllOf<Config[keyof Config]>>;

/** Replaces settings, whatever their topics. */
export function withSettings(config: Config, settings: Settings): Config {
  return Object.fromEntries(
    Object.entries(config).map(([topic, values]) => [
      topic,
      Object.fromEntries(Object.entries({ ...values, ...settings }).filter(([name]) => name in values)),
    ]),
  ) as unknown as Config;
}
