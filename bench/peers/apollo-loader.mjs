import { serveApollo } from './apollo-server.mjs';
import { createDeviceLoader } from './device-loader.mjs';
import { ReportsApi } from './reports-api.mjs';

await serveApollo(() => {
  const api = new ReportsApi();
  const { usage } = createDeviceLoader((window, imei) => api.usage(window, imei));
  return { usage, sessions: (input) => api.sessions(input) };
});
