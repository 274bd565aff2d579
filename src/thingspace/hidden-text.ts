const ADDRESS = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;

/** A text of the platform without the addresses and the secrets in it. */
export function hideIn(text: string, secrets: readonly string[]): string {
  let hidden = text.replace(ADDRESS, '[address]');
  for (const secret of secrets) {
    if (secret !== '') hidden = hidden.replaceAll(secret, '[hidden]');
  }
  return hidden;
}
