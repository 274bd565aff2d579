/** Counts what arrives: calls by path, devices by call, and how many calls were in flight at once. */
export function createCounts() {
  const fresh = () => ({
    calls: /** @type {Record<string, number>} */ ({}),
    callsByDevices: /** @type {Record<number, number>} */ ({}),
    mostInFlight: 0,
  });
  let counts = fresh();
  let inFlight = 0;

  return {
    /** @param {string} path */
    arrived(path) {
      counts.calls[path] = (counts.calls[path] ?? 0) + 1;
      inFlight += 1;
      counts.mostInFlight = Math.max(counts.mostInFlight, inFlight);
    },
    answered() {
      inFlight -= 1;
    },
    /** @param {number} devices */
    asked(devices) {
      counts.callsByDevices[devices] = (counts.callsByDevices[devices] ?? 0) + 1;
    },
    read: () => counts,
    reset() {
      counts = fresh();
    },
  };
}
