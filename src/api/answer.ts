import { createHash } from "node:crypto";
import type { Context } from "hono";
import { Refusal } from "../access/refusal.ts";
import type { AnswerRoute, RouteContext, RouteInput } from "../access/route.ts";
import { commandOf, type Verb, type VerbInput } from "../access/verb.ts";
import { type Call, mayCallHere, readInput } from "./call.ts";
import { claim, digestOf, keep, keyedDigestOf, type Repeatable } from "./idempotency.ts";
import type { ApiOptions } from "./options.ts";
import { type Problem, reply } from "./problem.ts";
import { settingsKey } from "./settings-known.ts";

type Answered =
  | { readonly kind: "answered"; readonly value: unknown; readonly replayed: boolean }
  | { readonly kind: "no"; readonly problem: Problem };

/** Asks a route that answers once, and writes its answer. */
export async function answer(
  c: Context,
  call: Call & { readonly route: AnswerRoute; readonly verb: Verb },
  context: RouteContext,
  options: ApiOptions,
): Promise<Response> {
  const { route } = call;
  const input = await readInput(c, route);
  if ("status" in input) return reply(c, input);
  const precondition = ifMatch(c, route);
  if (typeof precondition === "object") return reply(c, precondition);
  const full: RouteContext = { ...context, ifMatch: precondition };
  const key = keyOf(c, call);
  if (typeof key === "object" && "status" in key) return reply(c, key);
  const answered =
    route.effect === "none"
      ? await ask(call, input, full)
      : await write(
          call,
          input,
          full,
          key === undefined ? undefined : { ...key, digests: await digestsOf(c, route, full) },
        );
  if (answered.kind === "no") return reply(c, answered.problem);
  if (!(route.onlyOnce ?? false)) showCommand(c, call.verb, input);
  return send(c, route, answered, options);
}

async function ask(
  call: Call & { readonly route: AnswerRoute },
  input: RouteInput,
  context: RouteContext,
): Promise<Answered> {
  const no = await mayCallHere(call, input, context);
  if (no !== undefined) return { kind: "no", problem: problemFrom(no) };
  const value = await call.route.handle(input as never, context);
  return value instanceof Refusal
    ? { kind: "no", problem: problemFrom(value) }
    : { kind: "answered", value: call.route.reply.parse(value), replayed: false };
}

/** All of a write happens in one transaction, or none of it: its effect, its journal entry, its idempotency key. */
async function write(
  call: Call & { readonly route: AnswerRoute },
  input: RouteInput,
  context: RouteContext,
  key: Repeatable | undefined,
): Promise<Answered> {
  let no: Answered | undefined;
  try {
    return await context.store.transaction(
      async (store) => {
        const before = key === undefined ? undefined : await claim(store, context.now, key);
        if (before?.kind === "done" || before?.kind === "other") return repeated(call, before);
        const answered = await askRecorded(call, input, { ...context, store });
        if (answered.kind === "no") {
          no = answered;
          throw new Error("refused: the transaction is undone");
        }
        if (key !== undefined)
          await keep(
            store,
            key,
            call.route.status ?? 200,
            call.route.onlyOnce === true ? undefined : { value: answered.value },
          );
        return answered;
      },
      { attempts: 3 },
    );
  } catch (thrown) {
    if (no !== undefined) return no;
    throw thrown;
  }
}

/** No write without an entry of the journal: where the route makes none, the call itself is one. */
async function askRecorded(
  call: Call & { readonly route: AnswerRoute },
  input: RouteInput,
  context: RouteContext,
): Promise<Answered> {
  let recorded = false;
  const answered = await ask(call, input, {
    ...context,
    record: async (store, draft) => {
      recorded = true;
      await context.record(store, draft);
    },
  });
  if (answered.kind === "answered" && !recorded)
    await context.record(context.store, {
      at: context.now,
      kind: "change",
      actor: context.principal.actor,
      task: call.route.summary,
      evidence: { call: `${call.route.method} ${call.route.path}`, params: input.params },
    });
  return answered;
}

function repeated(
  { route }: { readonly route: AnswerRoute },
  before: { readonly kind: "done"; readonly reply: unknown } | { readonly kind: "other" },
): Answered {
  if (before.kind === "other")
    return no(422, "This Idempotency-Key was used for another call.", "Use a new key for a new call.");
  const kept = before.reply;
  if (typeof kept === "object" && kept !== null && "value" in kept)
    return { kind: "answered", value: kept.value, replayed: true };
  return no(
    409,
    "This was done before with this Idempotency-Key, and its answer is shown only once.",
    `If that answer is lost, undo it and do it anew with another key (${route.cli.split(" ")[0]} list shows what there is).`,
  );
}

function no(status: Problem["status"], detail: string, toDo: string): Answered {
  return { kind: "no", problem: { status, detail, toDo } };
}

function problemFrom(found: Refusal | Problem): Problem {
  return found instanceof Refusal ? { status: found.status, detail: found.detail, toDo: found.toDo } : found;
}

function send(
  c: Context,
  route: AnswerRoute,
  answered: { readonly value: unknown; readonly replayed: boolean },
  options: ApiOptions,
): Response {
  const { value, replayed } = answered;
  const text = route.media === undefined ? JSON.stringify(value ?? null) : String(value);
  const version = route.versionOf?.(value) ?? createHash("sha256").update(text).digest("base64url").slice(0, 22);
  const etag = `"${String(version).replace(/[^\x21\x23-\x7e]/g, "_")}"`;
  c.header("etag", etag);
  c.header("cache-control", "private, no-cache");
  c.header("x-millwright-mode", options.mode());
  if (replayed) c.header("idempotency-replayed", "true");
  if (route.method === "GET" && matches(c.req.header("if-none-match"), etag)) return c.body(null, 304);
  return c.body(text, route.status ?? 200, { "content-type": route.media ?? "application/json; charset=utf-8" });
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** The version that `If-Match` names. A route that keeps none must not let it pass as if it had been looked at. */
function ifMatch(c: Context, route: AnswerRoute): string | undefined | Problem {
  const header = c.req.header("if-match");
  if (header === undefined || header.trim() === "*" || route.method === "GET") return undefined;
  const [, version] = /^(?:W\/)?"([^"]*)"$/.exec(header.trim()) ?? [];
  if (version === undefined)
    return { status: 400, detail: "If-Match names no single version.", toDo: 'Send the ETag as it was given: "3".' };
  if (route.versionOf === undefined)
    return { status: 400, detail: "What this call changes has no version.", toDo: "Leave If-Match out." };
  return version;
}

function keyOf(c: Context, { route, caller }: Call): Omit<Repeatable, "digests"> | Problem | undefined {
  const key = c.req.header("idempotency-key");
  if (key === undefined || route.method === "GET") return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    return {
      status: 400,
      detail: "Idempotency-Key is empty or too long.",
      toDo: "Send up to 200 signs, such as a UUID.",
    };
  return { actorId: caller.principal.actor.id, key };
}

/** Without sealing keys no route takes a secret: its refusal undoes the transaction, and no digest is kept. */
async function digestsOf(c: Context, route: AnswerRoute, { services }: RouteContext): Promise<Repeatable["digests"]> {
  const { method, path } = c.req;
  const sent = { method, path, query: new URL(c.req.url).search, body: await c.req.text() };
  const keys = route.takesSecret === true ? await services.need(settingsKey).sealingKeys() : undefined;
  return keys === undefined ? digestOf(sent) : keyedDigestOf(sent, keys);
}

/** The same call on the command line, for whoever wants to repeat it. */
function showCommand(c: Context, verb: Verb, input: RouteInput): void {
  const command = commandOf(verb, input as VerbInput);
  if (command.length <= 2000) c.header("x-millwright-cli", command);
}
