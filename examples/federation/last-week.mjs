const DAY_MS = 86_400_000;

/** The last whole week before a moment (epoch milliseconds), Monday to Sunday in UTC, as the report's window. */
export function toLastWeek(nowMs) {
  const daysSinceMonday = (new Date(nowMs).getUTCDay() + 6) % 7;
  const day = (daysAgo) => new Date(nowMs - daysAgo * DAY_MS).toISOString().slice(0, 10);
  return { startDate: day(daysSinceMonday + 7), endDate: day(daysSinceMonday + 1) };
}
