/** A response to send. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Creates a reply with a JSON body. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** The forms of error bodies; docs/upstream/README.md describes them. */
export const ERROR_FORMS = ['errorCode', 'responseCode', 'message', 'fault', 'xml', 'html', 'empty'] as const;
export type ErrorForm = (typeof ERROR_FORMS)[number];

/** The content of an error reply, whatever its form. */
export interface ErrorContent {
  status: number;
  code: string;
  message: string;
  description?: string;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function toFaultXml(code: string, message: string, description: string): string {
  return (
    `<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>${escapeXml(code)}</am:code>` +
    `<am:message>${escapeXml(message)}</am:message><am:description>${escapeXml(description)}</am:description></am:fault>`
  );
}

function toHtml(status: number, message: string): string {
  const title = `${status} ${escapeXml(message)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
}

/** Creates an error reply in one of the forms that the platform and the gateways in front of it use; see docs/upstream/README.md. */
export function errorReply(form: ErrorForm, { status, code, message, description = message }: ErrorContent): Reply {
  switch (form) {
    case 'errorCode':
      return jsonReply(status, { errorCode: code, errorMessage: message });
    case 'responseCode':
      return jsonReply(status, {
        responseCode: code,
        message,
        ...(description === message ? {} : { fault: { code: String(status), message, description } }),
      });
    case 'message':
      return jsonReply(status, { errorMessage: message });
    case 'fault':
      return jsonReply(status, { fault: { code, message, description } });
    case 'xml':
      return { status, headers: { 'content-type': 'application/xml' }, body: toFaultXml(code, message, description) };
    case 'html':
      return { status, headers: { 'content-type': 'text/html' }, body: toHtml(status, message) };
    case 'empty':
      return { status, headers: {}, body: '' };
  }
}
