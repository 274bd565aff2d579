/** A server that reported an error, or did not respond at all. Wrong data is another error, and always ends the run. */
export class FailedOperation extends Error {
  name = 'FailedOperation';
}
