const dayMs = 24 * 60 * 60 * 1000;

/**
 * Figures settle a day after the window's end: only the second window's may be kept.
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
