import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { base } from "./openapi.ts";
import type { ApiOptions } from "./options.ts";

type Named = { readonly Variables: { route: string; secureHeadersNonce?: string } };
type File = NonNullable<ApiOptions["console"]>;

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  html: "text/html; charset=utf-8",
};

/** Addresses that are not the console's: what is not found there is a problem, not a page. */
const others = /^\/(?:api|auth|hooks|assets)(?:\/|$)/;

/**
 * The console at `/`: its files, and its one page for every other address, so that a link into it works. Files below `assets/` have their
 * content's hash in their names and are kept for a year; the page is asked for each time, with a nonce for its style tags.
 */
export function consoleRoutes(file: File): Hono<Named> {
  const app = new Hono<Named>();
  app.get("*", async (c, next) => {
    const path = c.req.path.slice(1);
    const isAsset = path.startsWith("assets/");
    const type = types[/\.(\w+)$/.exec(path)?.[1] ?? ""];
    if (type !== undefined && path !== "index.html") {
      const sent = await send(c, file, path, type);
      if (sent === undefined) return next();
      c.set("route", "console");
      sent.headers.set("cache-control", isAsset ? "public, max-age=31536000, immutable" : "no-cache");
      return sent;
    }
    if (others.test(c.req.path)) return next();
    c.set("route", "console");
    return page(c, file);
  });
  return app;
}

/** A file, compressed as the browser takes it; 304 where it has it. */
async function send(c: Context<Named>, file: File, path: string, type: string): Promise<Response | undefined> {
  const accepted = c.req.header("accept-encoding") ?? "";
  for (const [encoding, ending] of [
    ["br", ".br"],
    ["gzip", ".gz"],
    [undefined, ""],
  ] as const) {
    if (encoding !== undefined && !new RegExp(`\\b${encoding}\\b(?!;q=0(?:\\.0*)?(?:,|$))`).test(accepted)) continue;
    const content = await file(`${path}${ending}`);
    if (content === undefined) continue;
    const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
    const headers = { etag, vary: "accept-encoding", "content-type": type };
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
    return c.body(content, 200, encoding === undefined ? headers : { ...headers, "content-encoding": encoding });
  }
  return undefined;
}

async function page(c: Context<Named>, file: File): Promise<Response> {
  const headers = { "content-type": types["html"] ?? "", "cache-control": "no-store" };
  const content = await file("index.html");
  if (content === undefined) return c.body(notBuilt, 503, headers);
  const html = new TextDecoder().decode(content).replace("__NONCE__", c.get("secureHeadersNonce") ?? "");
  return c.body(html, 200, headers);
}

const notBuilt = `<!doctype html><html lang="en"><title>Millwright: the console is not built</title>
<h1>The console is not built</h1>
<p>In the checkout of this server run <code>npm run build:console</code>, then load this page again. The API and the command line work without it: <a href="${base}/openapi.json">${base}/openapi.json</a>, <code>millwright --help</code>.</p></html>`;
