// A file of its own: whether a page of another site could have sent a body depends on it, in every transport.

/**
 * One media type, and any parameters without a comma. Browsers, proxies and libraries take a list of types for the first or for the last of
 * them, so that a page could send a list without a preflight that is read as JSON here.
 */
const MEDIA_TYPE = /^[ \t]*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*(?:;[^,]*)?$/;

/** Returns the media type of a header Content-Type, in lower case and without parameters; null if it does not name exactly one. */
export function readMediaType(contentType: string | null | undefined): string | null {
  return MEDIA_TYPE.exec(contentType ?? '')?.[1]?.toLowerCase() ?? null;
}
