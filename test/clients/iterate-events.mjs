/** The events of a subscription, until it is complete. `start` gets a sink, and returns how to unsubscribe. */
export async function* iterateEvents(start) {
  const events = [];
  let end = null;
  let wake = () => {};
  const finish = (how) => {
    end ??= how;
    wake();
  };
  const stop = start({
    next(event) {
      events.push(event);
      wake();
    },
    error: (error) => finish({ error }),
    complete: () => finish({}),
  });
  try {
    for (;;) {
      while (events.length > 0) yield events.shift();
      if (end?.error !== undefined) throw end.error;
      if (end !== null) return;
      await new Promise((resolve) => (wake = resolve));
    }
  } finally {
    stop();
  }
}
