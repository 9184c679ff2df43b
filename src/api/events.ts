import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { Refusal } from "../access/refusal.ts";
import type { EventsRoute, RouteContext, RouteEvent } from "../access/route.ts";
import { messageOf } from "../kernel/errors.ts";
import { type Call, mayCallHere, readInput } from "./call.ts";
import type { ApiOptions } from "./options.ts";
import { reply } from "./problem.ts";

/** Proxies end what is silent for a minute. */
const heartbeatMillis = 15_000;

/** Follows a route as server-sent events (html.spec.whatwg.org, "Server-sent events") from `Last-Event-ID` on. */
export async function events(
  c: Context,
  call: Call & { readonly route: EventsRoute },
  context: RouteContext,
  options: ApiOptions,
): Promise<Response> {
  const { route } = call;
  const input = await readInput(c, route);
  if ("status" in input) return reply(c, input);
  const no = await mayCallHere(call, input, context);
  if (no !== undefined)
    return reply(c, no instanceof Refusal ? { status: no.status, detail: no.detail, toDo: no.toDo } : no);
  const lastEventId = c.req.header("last-event-id");
  c.header("cache-control", "no-store");
  c.header("x-accel-buffering", "no");
  return streamSSE(c, async (stream) => {
    const ended = new AbortController();
    stream.onAbort(() => ended.abort());
    const signal = AbortSignal.any([ended.signal, options.stopping]);
    const beat = setInterval(() => void stream.write(": still here\n\n"), heartbeatMillis);
    try {
      const following = route.follow({ ...(input as never as object), lastEventId } as never, { ...context, signal });
      for await (const event of until(following, signal)) {
        await stream.writeSSE({
          id: event.id,
          event: event.event,
          data: JSON.stringify(route.event.parse(event.data)),
        });
      }
    } catch (thrown) {
      options.log({ level: "error", message: `events of ${route.path} ended: ${messageOf(thrown)}` });
      await stream.writeSSE({
        event: "problem",
        data: JSON.stringify({ detail: "The stream broke off; follow it again." }),
      });
    } finally {
      clearInterval(beat);
      ended.abort();
    }
  });
}

/** Ends with the signal, also where the route does not look at it. */
async function* until(source: AsyncIterable<RouteEvent>, signal: AbortSignal): AsyncGenerator<RouteEvent> {
  const iterator = source[Symbol.asyncIterator]();
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    const next = await Promise.race([iterator.next(), stopped]);
    if (next === undefined || next.done === true) break;
    yield next.value;
  }
  void iterator.return?.();
}
