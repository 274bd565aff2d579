import { errorReply } from './error-reply.ts';
import type { Complaint, ErrorForm } from './error-reply.ts';
import type { Reply } from './reply.ts';

/** A call that the platform refuses, with the answer that says so. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(form: ErrorForm, complaint: Complaint) {
    super(complaint.message);
    this.name = 'Refusal';
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
