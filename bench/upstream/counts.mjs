/** Counts calls by path, devices per call, calls above the limit, and the most calls in flight. */
export function createCounts() {
  const fresh = () => ({
    calls: /** @type {Record<string, number>} */ ({}),
    callsByDevices: /** @type {Record<number, number>} */ ({}),
    rejected: 0,
    maxInFlight: 0,
  });
  let counts = fresh();
  let inFlight = 0;

  return {
    /** @param {string} path */
    callStarted(path) {
      counts.calls[path] = (counts.calls[path] ?? 0) + 1;
      inFlight += 1;
      counts.maxInFlight = Math.max(counts.maxInFlight, inFlight);
    },
    callEnded() {
      inFlight -= 1;
    },
    callRejected() {
      counts.rejected += 1;
    },
    /** @param {number} devices */
    devicesRequested(devices) {
      counts.callsByDevices[devices] = (counts.callsByDevices[devices] ?? 0) + 1;
    },
    read: () => counts,
    reset() {
      counts = fresh();
    },
  };
}
