/**
 * Limits calls per second, as a token bucket: after an idle second, a second's worth of calls may arrive at once. No limit at first.
 * @param {() => number} now in milliseconds
 */
export function createLimiter(now) {
  let perSecond = Infinity;
  let tokens = Infinity;
  let filledAt = now();

  return {
    /** Sets the limit and fills the bucket. 0 removes the limit. */
    limitTo(/** @type {number} */ calls) {
      perSecond = calls > 0 ? calls : Infinity;
      tokens = perSecond;
      filledAt = now();
    },
    /** Whether a call is allowed now. */
    admit() {
      const at = now();
      tokens = perSecond === Infinity ? Infinity : Math.min(perSecond, tokens + ((at - filledAt) * perSecond) / 1000);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
