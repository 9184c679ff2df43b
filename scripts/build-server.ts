import { packedServer } from "../src/cli/client/server-part.ts";
import { makeBundle } from "./lib/bundle.ts";

/** Makes `dist-server/`: the command line and the server, for the image. */
await makeBundle({
  folder: "dist-server",
  entries: { millwright: "src/cli/start.ts", [packedServer.replace(/\.mjs$/, "")]: "src/api/main.ts" },
  external: [
    "pg-native",
    "winston",
    "winston-transport",
    "@opentelemetry/context-async-hooks",
    "@opentelemetry/core",
    "@opentelemetry/exporter-*",
    "@opentelemetry/sdk-*",
  ],
});
