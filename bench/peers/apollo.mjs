import { serveApollo } from './apollo-server.mjs';
import { ReportsApi } from './reports-api.mjs';

// What a first version does: one upstream call per device.
await serveApollo(() => {
  const api = new ReportsApi();
  return {
    async usage(input) {
      if (input.imei.length === 0) return api.usage(input, []);
      return (await Promise.all(input.imei.map((imei) => api.usage(input, [imei])))).flat();
    },
    sessions: (input) => api.sessions(input),
  };
});
