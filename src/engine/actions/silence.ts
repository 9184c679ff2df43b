import * as z from "zod";
import { SystemError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { Http, HttpRequest } from "../../kernel/ports.ts";
import { type ActionContext, type AnyAction, defineAction, type Outcome } from "../action.ts";

/** How to reach an Alertmanager; headers hold its credentials, and stay here. */
export interface AlertmanagerPort {
  readonly http: Http;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** API v2: github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml. */
const Silences = z.array(
  z.object({
    id: z.string(),
    comment: z.string(),
    status: z.object({ state: z.enum(["active", "pending", "expired"]) }),
  }),
);
const Made = z.object({ silenceID: z.string() });

const Matcher = z.object({
  name: z.string().min(1),
  value: z.string().min(1),
  isRegex: z.boolean().default(false),
  isEqual: z.boolean().default(true),
});

const Start = z.object({
  matchers: z.array(Matcher).min(1),
  minutes: z.number().int().min(1).max(1440),
  reason: z.string().min(1),
});
const End = z.object({
  /** The step that made the silence. */
  step: z.string(),
});

/** Silencing alerts for the time of a run. A silence bears the run's mark in its comment; it is looked for before one is made. */
export function silenceActions(port: AlertmanagerPort): readonly AnyAction[] {
  return [
    defineAction<z.infer<typeof Start>>(Start, {
      id: "silence/start",
      async alreadyDone({ mark }) {
        const [found] = await marked(port, mark);
        return found === undefined ? undefined : { silence: found.id };
      },
      run: (context, input) => start(port, context, input),
      undo: ({ mark, fence }) => end(port, mark, fence),
      describe: ({ matchers, minutes }) =>
        `silence ${matchers.map(({ name, value }) => `${name}=${value}`).join(", ")} for ${minutes} minutes`,
    }),
    defineAction<z.infer<typeof End>>(End, {
      id: "silence/end",
      run: ({ runId, fence }, { step }) => end(port, `${runId}/${step}`, fence),
      // It would have ended by itself: nothing to silence again.
      undo: async () => ({ kind: "done", message: "The silence stays ended." }),
      describe: () => "end the silence",
    }),
  ];
}

async function start(port: AlertmanagerPort, context: ActionContext, input: z.infer<typeof Start>): Promise<Outcome> {
  await context.fence();
  const { silenceID } = Made.parse(
    await ask(port, "/api/v2/silences", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        matchers: input.matchers,
        startsAt: context.now(),
        endsAt: instantOf(Date.parse(context.startedAt) + input.minutes * 60_000),
        createdBy: "millwright",
        comment: `${input.reason} [${context.mark}]`,
      }),
    }),
  );
  // Alertmanager takes no condition: should two have been made at once, one stays.
  const [, ...more] = (await marked(port, context.mark)).filter(({ status }) => status.state !== "expired");
  for (const { id } of more) await remove(port, id);
  return { kind: "done", message: `Silenced for ${input.minutes} minutes.`, evidence: { silence: silenceID } };
}

async function end(port: AlertmanagerPort, mark: string, fence: () => Promise<void>): Promise<Outcome> {
  const open = (await marked(port, mark)).filter(({ status }) => status.state !== "expired");
  if (open.length === 0) return { kind: "done", message: "No silence of this run is left." };
  await fence();
  for (const { id } of open) await remove(port, id);
  return { kind: "done", message: "The silence is ended.", evidence: { silences: open.map(({ id }) => id) } };
}

/** Every silence that bears the mark, expired ones too, always in the same order. */
async function marked(port: AlertmanagerPort, mark: string): Promise<z.infer<typeof Silences>> {
  const silences = await listSilences(port);
  return silences.filter(({ comment }) => comment.endsWith(`[${mark}]`)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export async function listSilences(port: AlertmanagerPort): Promise<z.infer<typeof Silences>> {
  return Silences.parse(await ask(port, "/api/v2/silences", {}));
}

async function remove(port: AlertmanagerPort, id: string): Promise<void> {
  await ask(port, `/api/v2/silence/${encodeURIComponent(id)}`, { method: "DELETE" });
}

async function ask(port: AlertmanagerPort, path: string, request: HttpRequest): Promise<unknown> {
  const reply = await port.http.fetch(new URL(path, port.url).href, {
    ...request,
    headers: { ...port.headers, ...request.headers },
    maxBytes: 16_000_000,
  });
  if (reply.status >= 200 && reply.status < 300) return reply.body === "" ? undefined : JSON.parse(reply.body);
  const remedy = reply.status >= 500 || reply.status === 429 ? "retry" : "stop";
  throw new SystemError(
    `Alertmanager answered ${reply.status} to ${request.method ?? "GET"} ${path}: ${reply.body.slice(0, 200)}`,
    remedy,
  );
}
