// A file of its own: every error that repeats what a caller sent passes here.
const MAX_QUOTED_CHARACTERS = 100;
const MAX_MESSAGE_CHARACTERS = 1_200;
const LONG_QUOTATION = new RegExp(`"((?:[^"\\\\]|\\\\.){${MAX_QUOTED_CHARACTERS}})(?:[^"\\\\]|\\\\.)+"`, 'gs');
const LONG_NAME = new RegExp(`(\\w{${MAX_QUOTED_CHARACTERS}})\\w+`, 'g');

/**
 * Cuts each quotation and name in a message after 100 characters, and leaves out the middle of a message that is still long: an error need
 * not repeat a megabyte of what was sent to be understood.
 */
export function cutMessage(message: string): string {
  if (message.length <= MAX_QUOTED_CHARACTERS) return message;
  const cut = message.replace(LONG_QUOTATION, '"$1…"').replace(LONG_NAME, '$1…');
  if (cut.length <= MAX_MESSAGE_CHARACTERS) return cut;
  return `${cut.slice(0, MAX_MESSAGE_CHARACTERS / 2)} … ${cut.slice(-MAX_MESSAGE_CHARACTERS / 2)}`;
}
