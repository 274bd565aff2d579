import { ReportError } from './errors.ts';

/** A caller that has nothing else unread always gets its response. Eight responses of the default maximum fit. */
const MAX_UNREAD_BYTES = 64 * 2 ** 20;
/** A shorter response is not counted, because the buffers of a connection can hold it. */
const UNCOUNTED_BYTES = 16_384;

/** Limits the memory that responses take which callers have asked for and do not read. */
export interface UnreadResponses {
  /** Returns RESPONSES_UNREAD if the caller has too much unread to ask for more, else null. */
  check(principal: () => string): ReportError | null;
  /**
   * Counts a response of so many bytes until `onClose` calls its listener, when it has been sent. If the caller has too much unread, it
   * counts nothing and returns RESPONSES_UNREAD.
   */
  add(principal: () => string, bytes: number, onClose: (listener: () => void) => void): ReportError | null;
}

/** Creates the limits of one process. */
export function createUnreadResponses(): UnreadResponses {
  const bytesOf = new Map<string, number>();
  return {
    check(principal) {
      // Most of the time nobody has anything unread, and the caller need not be found out.
      const bytes = bytesOf.size === 0 ? 0 : (bytesOf.get(principal()) ?? 0);
      return bytes > MAX_UNREAD_BYTES ? toUnread() : null;
    },
    add(principal, bytes, onClose) {
      if (bytes <= UNCOUNTED_BYTES) return null;
      const caller = principal();
      const before = bytesOf.get(caller) ?? 0;
      if (before > 0 && before + bytes > MAX_UNREAD_BYTES) return toUnread();
      bytesOf.set(caller, before + bytes);
      onClose(() => {
        const left = (bytesOf.get(caller) ?? 0) - bytes;
        if (left > 0) bytesOf.set(caller, left);
        else bytesOf.delete(caller);
      });
      return null;
    },
  };
}

function toUnread(): ReportError {
  const message =
    `Responses to your requests take more than ${MAX_UNREAD_BYTES} bytes and have not been read yet. ` +
    'Read them before you ask for more, or ask for fewer rows at once.';
  return new ReportError('RESPONSES_UNREAD', message, { limit: MAX_UNREAD_BYTES });
}
