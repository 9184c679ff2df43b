import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run console` sends what is not the console's own: a server that runs on this machine. */
const server = process.env["MILLWRIGHT_URL"] ?? "http://127.0.0.1:8420";

// Vite reads the default export.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: "127.0.0.1", port: 8421, proxy: { "/api": server, "/auth": server } },
  build: {
    outDir: "../dist-console",
    emptyOutDir: true,
    target: "es2023",
    manifest: true,
    // Nothing inline: the page's policy lets in only files of this server.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
