import DataLoader from 'dataloader';

const devicesPerCall = 10;

/**
 * A hand-written loader for one operation: it puts ten devices of the same window into a call, and matches the results by IMEI.
 * @param {(window: { startDate: string, endDate: string }, imei: string[]) => Promise<{ imei: string }[]>} fetchUsage
 */
export function createDeviceLoader(fetchUsage) {
  /** @type {Map<string, DataLoader<string, object>>} */
  const loaders = new Map();

  /** @param {{ startDate: string, endDate: string }} window */
  function loaderOf(window) {
    const key = `${window.startDate} ${window.endDate}`;
    let loader = loaders.get(key);
    if (!loader) {
      loader = new DataLoader(
        async (/** @type {readonly string[]} */ imei) => {
          const rows = new Map((await fetchUsage(window, [...imei])).map((row) => [row.imei, row]));
          return imei.map((one) => rows.get(one) ?? new Error(`no usage for ${one}`));
        },
        { maxBatchSize: devicesPerCall },
      );
      loaders.set(key, loader);
    }
    return loader;
  }

  return {
    /** @param {{ imei: string[], startDate: string, endDate: string }} input */
    async usage({ imei, startDate, endDate }) {
      const window = { startDate, endDate };
      if (imei.length === 0) return fetchUsage(window, []);
      return Promise.all(imei.map((one) => loaderOf(window).load(one)));
    },
  };
}
