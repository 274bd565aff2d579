// A file of its own: whoever changes a fleet report notifies by these, and its readers subscribe to them.

/** The notification topic for reports that there is something to do about. */
export const OPENED = 'fleets';

/** The notification topic for changes of a fleet report itself; those of its parts have topics of their own. */
export function toFleetTopic(id: string): string {
  return `fleet ${id}`;
}
