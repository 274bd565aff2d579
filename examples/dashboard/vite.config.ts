import { defineConfig } from 'vite';

// The server has to list this origin in CORS_ORIGINS, so the port must not change by itself.
const address = { host: '127.0.0.1', port: 5173, strictPort: true };

export default defineConfig({ server: address, preview: address });
