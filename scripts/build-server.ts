import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { packedServer } from "../src/cli/client/server-part.ts";
import { makeBundle } from "./lib/bundle.ts";

/** Makes `dist-server/`: the command line, the server and the console (`npm run build:console` first), for the image. */
const folder = await makeBundle({
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

const built = join(import.meta.dirname, "..", "dist-console");
if (!existsSync(join(built, "index.html")))
  throw new Error("there is no dist-console: run npm run build:console first");
cpSync(built, join(folder, "console"), { recursive: true, filter: (path) => !path.endsWith(".vite") });
