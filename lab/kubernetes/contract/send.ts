import { request } from "node:https";
import type { Answer, Call, Reached } from "./call.ts";
import { at } from "./pick.ts";

/** Sends the calls one after another; the answers by their ids, with what differs between any two servers taken out. */
export async function answersOf(calls: readonly Call[], server: Reached): Promise<Readonly<Record<string, Answer>>> {
  const bodies = new Map<string, unknown>();
  const answers: Record<string, Answer> = {};
  for (const call of calls) {
    const { status, type, text } = await send(filled(call, bodies), server);
    const body = bodyOf(text, call);
    bodies.set(call.id, body);
    const seen: unknown = (call.look ?? everything)(body);
    answers[call.id] = { status, type: type.replace(/;.*/, ""), seen: JSON.parse(JSON.stringify(seen ?? null)) };
  }
  return answers;
}

function everything(body: unknown): unknown {
  return body;
}

/** What stands in braces replaced by what an earlier call answered. */
function filled(call: Call, bodies: ReadonlyMap<string, unknown>): Call {
  const fill = (text: string): string =>
    text.replace(/\{([a-z-]+)\.([\w.]+)\}/g, (_, id: string, path: string) => String(at(bodies.get(id), path)));
  const body: unknown = call.body === undefined ? undefined : JSON.parse(fill(JSON.stringify(call.body)));
  return { ...call, path: fill(call.path), body };
}

/** JSON; of a watch the list of its events. */
function bodyOf(text: string, { path }: Call): unknown {
  const isWatch = /[?&]watch=1/.test(path) && text.includes('"type":');
  try {
    return isWatch ? eventsOf(text) : JSON.parse(text);
  } catch {
    return text;
  }
}

function eventsOf(text: string): unknown {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function send({ method, path, headers, body, as }: Call, { url, ca, token }: Reached): Promise<Said> {
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sending = request(
      new URL(path, url),
      {
        method,
        ca,
        headers: {
          accept: "application/json",
          ...(sent === undefined ? {} : { "content-type": "application/json", "content-length": sent.length }),
          ...(as === "nobody" ? {} : { authorization: `Bearer ${token(as)}` }),
          "user-agent": "contract/1",
          ...headers,
        },
        timeout: 20_000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers["content-type"] ?? "",
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    sending.on("error", reject);
    sending.on("timeout", () => sending.destroy(new Error(`${method} ${path}: no answer within 20 s`)));
    sending.end(sent);
  });
}
