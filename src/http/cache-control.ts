/** Whether a request wants figures from the platform itself: `no-cache` (RFC 9111, section 5.2.1.4). */
export function asksForFresh(cacheControl: string | null | undefined): boolean {
  return typeof cacheControl === 'string' && /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(cacheControl);
}
