const dayMs = 24 * 60 * 60 * 1000;

/**
 * Returns two windows. Usage counts as settled two days after the end of its window, so only the settled window may be cached.
 * @param {number} now
 * @returns {Record<'unsettled' | 'settled', { startDate: string, endDate: string }>}
 */
export function createWindows(now) {
  const daysAgo = (/** @type {number} */ days) => new Date(now - days * dayMs).toISOString();
  return {
    unsettled: { startDate: daysAgo(7), endDate: daysAgo(0) },
    settled: { startDate: daysAgo(12), endDate: daysAgo(5) },
  };
}
