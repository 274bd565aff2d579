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

/**
 * Returns days of UTC, the first of which began so many days ago: each as a date, and as a window of date-times.
 * @param {number} now
 * @param {number} firstDaysAgo
 * @param {number} count
 */
export function listDays(now, firstDaysAgo, count) {
  const today = Math.floor(now / dayMs) * dayMs;
  return Array.from({ length: count }, (_, index) => {
    const startMs = today + (index - firstDaysAgo) * dayMs;
    const startDate = new Date(startMs).toISOString();
    return { day: startDate.slice(0, 10), startDate, endDate: new Date(startMs + dayMs - 1).toISOString() };
  });
}
