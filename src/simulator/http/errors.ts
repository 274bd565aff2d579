import { errorReply } from './reply.ts';
import type { ErrorContent, ErrorForm, Reply } from './reply.ts';

/** A call that the platform refuses, with the answer that says so. */
export class PlatformError extends Error {
  readonly reply: Reply;

  constructor(form: ErrorForm, complaint: ErrorContent) {
    super(complaint.message);
    this.name = 'PlatformError';
    this.reply = errorReply(form, complaint);
  }
}

/** A value in a request that is missing or not of its form; who reads the request decides how to say so. */
export class InvalidInput extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidInput';
  }
}
