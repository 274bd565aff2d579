// A file of its own: everything that shows or handles a failed request knows it.

/** A request without data. The code is that of the API, or one of NETWORK and HTTP. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The failure of a response without what was asked for, by its first error; null if it has no error. */
export function toFailureOf([first]: readonly { readonly code: string; readonly message: string }[]): Failure | null {
  return first === undefined ? null : new Failure(first.code, first.message);
}

export function toFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('UNEXPECTED', String(error));
}
