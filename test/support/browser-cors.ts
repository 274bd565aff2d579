import { sendRaw, type RawAnswer, type RawRequest } from './raw-request.ts';

/** What a page asks its browser to send. */
export interface PageRequest extends RawRequest {
  readonly origin: string;
  /** Whether the page asks for cookies and the like to be sent. */
  readonly credentials?: boolean;
}

/** What came of a page's request: what the page may read, or why the browser rejected it. */
export type PageAnswer =
  | { readonly kind: 'read'; readonly answer: RawAnswer; readonly readable: readonly string[] }
  | { readonly kind: 'blocked'; readonly sent: readonly RawAnswer[]; readonly reason: string };

const SIMPLE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const ALWAYS_READABLE = ['cache-control', 'content-length', 'content-type', 'expires', 'last-modified'];

/** Sends a request as a browser would for a page of that origin (Fetch standard, "CORS protocol"): preflight, request, checks. */
export async function sendFromPage(url: string, request: PageRequest): Promise<PageAnswer> {
  const { origin, credentials = false, method = 'POST', headers = {} } = request;
  const unusual = Object.entries(headers)
    .filter(([name, value]) => !isSimpleHeader(name.toLowerCase(), value))
    .map(([name]) => name.toLowerCase())
    .sort();
  const sent: RawAnswer[] = [];
  const block = (reason: string): PageAnswer => ({ kind: 'blocked', sent, reason });
  if (unusual.length > 0 || !['GET', 'HEAD', 'POST'].includes(method)) {
    const asking = {
      Origin: origin,
      'Access-Control-Request-Method': method,
      ...(unusual.length > 0 ? { 'Access-Control-Request-Headers': unusual.join(',') } : {}),
    };
    const preflight = await sendRaw(url, { ...request, method: 'OPTIONS', headers: asking, body: '' });
    sent.push(preflight);
    if (!mayRead(preflight, origin, credentials)) return block('the preflight allows another origin or none');
    if (preflight.status < 200 || preflight.status > 299) return block(`the preflight has status ${preflight.status}`);
    const methods = listOf(preflight, 'access-control-allow-methods');
    if (!methods.includes(method.toLowerCase()) && !['GET', 'HEAD', 'POST'].includes(method))
      return block('the preflight does not allow the method');
    const allowed = listOf(preflight, 'access-control-allow-headers');
    const missing = unusual.find((name) => !allowed.includes(name));
    if (missing !== undefined) return block(`the preflight does not allow the header ${missing}`);
  }
  const answer = await sendRaw(url, { ...request, method, headers: { ...headers, Origin: origin } });
  sent.push(answer);
  if (!mayRead(answer, origin, credentials)) return block('the response allows another origin or none');
  const readable = [...ALWAYS_READABLE, ...listOf(answer, 'access-control-expose-headers')];
  return { kind: 'read', answer, readable: Object.keys(answer.headers).filter((name) => readable.includes(name)) };
}

/** The "CORS check" of the standard. */
function mayRead({ headers }: RawAnswer, origin: string, credentials: boolean): boolean {
  const allowed = headers['access-control-allow-origin'];
  if (allowed === '*') return !credentials;
  return allowed === origin && (!credentials || headers['access-control-allow-credentials'] === 'true');
}

function isSimpleHeader(name: string, value: string): boolean {
  if (name === 'content-type') return SIMPLE_TYPES.includes(value.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  return name === 'accept' || name === 'accept-language' || name === 'content-language';
}

function listOf({ headers }: RawAnswer, name: string): string[] {
  const value = headers[name];
  return typeof value === 'string' ? value.split(',').map((each) => each.trim().toLowerCase()) : [];
}
