import { createServer } from "node:http";

/**
 * What is probed: `/q/N` answers at once, `/h/N` never. Notes when each address was asked, so that both tools are measured by
 * the one they ask. Told `report`, it sends the arrivals since the last one.
 */
let arrivals: Record<string, number[]> = {};
const server = createServer((request, response) => {
  const path = (request.url ?? "").split("/").slice(1, 3).join("/");
  arrivals[path] = [...(arrivals[path] ?? []), performance.now()];
  if (path.startsWith("q/")) response.setHeader("content-type", "application/json").end('[{"status":"ok"}]');
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
process.on("message", () => {
  process.send?.({ arrivals });
  arrivals = {};
});
process.on("disconnect", () => process.exit(0));
