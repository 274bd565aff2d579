import { default as fc } from 'fast-check';

const { FUZZ_SEED, FUZZ_PATH } = process.env;

/**
 * A normal run tries the same examples every time, so that only a change of the code can make it fail. `npm run fuzz` tries
 * others. To repeat a failure, set FUZZ_SEED and FUZZ_PATH to the values that it prints.
 */
fc.configureGlobal({
  ...(FUZZ_SEED === 'random' ? {} : { seed: Number(FUZZ_SEED ?? 20_261_122) }),
  ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
});

export { fc };
