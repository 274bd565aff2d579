import { default as fc } from 'fast-check';

const { FUZZ_SEED, FUZZ_PATH } = process.env;

/**
 * An ordinary run tries the same examples each time, so that it turns red by a change and by nothing else; `npm run fuzz` tries others.
 * What FUZZ_SEED and FUZZ_PATH say, as a failure prints them, is played again.
 */
fc.configureGlobal({
  ...(FUZZ_SEED === 'random' ? {} : { seed: Number(FUZZ_SEED ?? 20_261_122) }),
  ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
});

export { fc };
