const DAY_MS = 86_400_000;

/** Returns the dates of the last complete week (Monday to Sunday, UTC) before a time in epoch milliseconds. */
export function toLastWeek(nowMs) {
  const daysSinceMonday = (new Date(nowMs).getUTCDay() + 6) % 7;
  const day = (daysAgo) => new Date(nowMs - daysAgo * DAY_MS).toISOString().slice(0, 10);
  return { startDate: day(daysSinceMonday + 7), endDate: day(daysSinceMonday + 1) };
}
