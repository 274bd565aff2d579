/** The connection broke before the end of the response. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** There was no response within the limit. */
export class Hang extends Error {
  override readonly name = 'Hang';
}
