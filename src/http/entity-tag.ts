// A file of its own: what identifies a representation is decided in one place.
import { createHash } from 'node:crypto';

/** The tag of a body. It is weak, because the same body is sent compressed and as it is (RFC 9110, section 8.8.3). */
export function toEntityTag(body: string): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_CHARACTERS)}"`;
}

/** 162 bits. */
const TAG_CHARACTERS = 27;

/** Whether the header If-None-Match says that the client already has the body with this tag. */
export function isKnown(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = tag.slice(2);
  return ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === opaque);
}
