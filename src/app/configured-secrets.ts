import type { Config } from '../config/config.ts';
import { toSecretTexts } from '../thingspace/secrets.ts';

/** All configured secrets. They are removed from everything that the platform says. */
export function toConfiguredSecrets({
  platform: { credentials },
  callbacks,
  proxies: { httpProxy, httpsProxy },
}: Config): string[] {
  const { callbackSecret, callbackSecretPrevious, callbackPasswordPrevious } = callbacks;
  const { callbackCredentials, callbackSignature } = callbacks;
  const previous = [callbackSecretPrevious, callbackPasswordPrevious];
  const ofCallbacks = [callbackSecret, callbackCredentials?.password, callbackSignature?.secret, ...previous];
  const ofProxies = [httpProxy, httpsProxy].flatMap((proxy) => proxy?.secrets ?? []);
  return [
    ...(credentials === null ? [] : toSecretTexts(credentials)),
    ...ofCallbacks.filter((text) => text != null),
    ...ofProxies,
  ];
}
