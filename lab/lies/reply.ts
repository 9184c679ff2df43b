import type { Telling } from "../stand-in/lie.ts";

/** Without what an ingress may leave before MLflow's paths. */
export function pathOf(request: Request): string {
  return new URL(request.url).pathname.replace(/^\/mlflow(?=\/)/, "");
}

/** A page with 200. */
export function page(content: string): Response {
  return new Response(`<!DOCTYPE html><html><body>${content}</body></html>\n`, {
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}

/**
 * A proxy's cache before some paths: keyed by the whole address with its query, as nginx's is unless told otherwise. It keeps what
 * answered 200 and gives that from then on, whatever became of what stands behind; it never says how old it is.
 */
export function cached(covers: (path: string) => boolean): Telling {
  const kept = new Map<string, { readonly body: string; readonly type: string }>();
  return async (request, truth) => {
    if (request.method !== "GET" || !covers(pathOf(request))) return undefined;
    const key = new URL(request.url).href;
    const found = kept.get(key);
    if (found !== undefined) return new Response(found.body, { headers: { "content-type": found.type } });
    const said = await truth();
    const body = await said.text();
    const type = said.headers.get("content-type") ?? "application/json";
    if (said.status === 200) kept.set(key, { body, type });
    return new Response(body, { status: said.status, headers: { "content-type": type } });
  };
}
