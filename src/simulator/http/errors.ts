import { errorReply, type ErrorContent, type ErrorForm, type Reply } from './reply.ts';

/** Thrown by a route that rejects a call, with the error response. */
export class PlatformError extends Error {
  readonly reply: Reply;

  constructor(form: ErrorForm, content: ErrorContent) {
    super(content.message);
    this.name = 'PlatformError';
    this.reply = errorReply(form, content);
  }
}

/** Thrown for a missing or invalid value in a request. The platform and the admin API convert it to their own error responses. */
export class InvalidInput extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidInput';
  }
}
