import * as z from "zod";
import { Refusal } from "../access/refusal.ts";
import { InputError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { Store } from "../store/store.ts";
import { acknowledge, addNote, resolve } from "./act.ts";
import type { IncidentPorts } from "./incident.ts";

const Name = z.string().trim().min(1).max(200);

/** What any incident system can be made to send: signed as our own webhooks are. */
const Plain = z.object({
  thread: z.string().max(255).describe("The `dedup_key` of our page"),
  action: z.enum(["acknowledge", "resolve", "note"]),
  by: Name,
  text: z.string().max(4000).default(""),
});

/** developer.pagerduty.com/docs/webhooks, "Overview": version 3. `incident_key` is the `dedup_key` of the page. */
const PagerDuty = z.object({
  event: z.object({
    event_type: z.string(),
    agent: z.object({ summary: z.string() }).nullish(),
    data: z.object({ type: z.string().optional(), incident_key: z.string().nullish() }),
  }),
});

const pagerDutyActions: Readonly<Record<string, "acknowledge" | "resolve">> = {
  "incident.acknowledged": "acknowledge",
  "incident.resolved": "resolve",
};

/**
 * Takes what comes back from an incident system: acknowledged, resolved, a note. Whether it is genuine was found out before. The
 * same message twice does no harm. What is not for us is passed over; what cannot be read throws `InputError`.
 */
export async function receiveFromPager(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  message: unknown,
): Promise<"done" | "passed-over"> {
  const told = read(message);
  if (told === undefined) return "passed-over";
  const [, id] = /^millwright\/incident\/(\d{1,9})$/.exec(told.thread) ?? [];
  if (id === undefined) return "passed-over";
  const by: Actor = { kind: "person", id: `pager:${told.by}`, name: told.by };
  const act = { id: Number(id), by, now };
  const done = await doIt(store, ports, act, told);
  return done instanceof Refusal ? "passed-over" : "done";
}

type Told = z.infer<typeof Plain>;

function doIt(
  store: Store,
  ports: IncidentPorts,
  act: { readonly id: number; readonly by: Actor; readonly now: Instant },
  told: Told,
) {
  switch (told.action) {
    case "acknowledge":
      return acknowledge(store, ports, act, "pager");
    case "resolve":
      return resolve(store, ports, act, told.text === "" ? `${told.by} resolved it at the pager.` : told.text);
    case "note":
      return addNote(store, act, told.text);
  }
}

function read(message: unknown): Told | undefined {
  const plain = Plain.safeParse(message);
  if (plain.success) return plain.data;
  const duty = PagerDuty.safeParse(message);
  if (!duty.success)
    throw new InputError(
      "this is neither {thread, action, by} nor an event of PagerDuty's webhooks, version 3; see docs/incidents.md",
    );
  const { event_type, agent, data } = duty.data.event;
  const action = Object.hasOwn(pagerDutyActions, event_type) ? pagerDutyActions[event_type] : undefined;
  if (action === undefined || data.incident_key === undefined || data.incident_key === null) return undefined;
  return { thread: data.incident_key, action, by: agent?.summary.slice(0, 200) ?? "PagerDuty", text: "" };
}
