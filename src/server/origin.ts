/** Where a client has reached this server, such as `https://reports.example.com`; a proxy is believed only where one is trusted. */
export function toOrigin(header: (name: string) => string | null, trustedProxies: number): string {
  const forwarded = (name: string): string | null =>
    trustedProxies === 0 ? null : (header(name)?.split(',').at(-1)?.trim() ?? null);
  const host = forwarded('x-forwarded-host') ?? header('host') ?? 'localhost';
  const scheme = forwarded('x-forwarded-proto') === 'https' ? 'https' : 'http';
  const origin = `${scheme}://${host}`;
  return /^[A-Za-z0-9._~:[\]-]+$/.test(host) && URL.canParse(origin) ? origin : `${scheme}://localhost`;
}
