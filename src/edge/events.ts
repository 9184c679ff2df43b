import { SystemError } from "../kernel/errors.ts";

/**
 * The data of server-sent events (html.spec.whatwg.org, "Interpreting an event stream"), one by one, until the server ends the
 * stream. Throws `SystemError` when it refuses or breaks off.
 */
export async function* followEvents(url: string, token: string): AsyncGenerator<string> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
    redirect: "error",
  }).catch((thrown: unknown) => {
    throw new SystemError(`${new URL(url).origin} does not answer`, "retry", { cause: thrown });
  });
  if (!response.ok || response.body === null)
    throw new SystemError(`${new URL(url).origin} answers ${response.status}: ${await response.text()}`, "stop");
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const events = `${rest}${chunk}`.split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:"));
      if (data.length > 0) yield data.map((line) => line.slice(5).trimStart()).join("\n");
    }
  }
}
