/** A connection of the server's that broke before the answer's end. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** An answer that did not come in time. */
export class Hang extends Error {
  override readonly name = 'Hang';
}
