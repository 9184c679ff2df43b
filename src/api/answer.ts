import { createHash } from "node:crypto";
import type { Context } from "hono";
import { Refusal } from "../access/refusal.ts";
import { anonymous, type Principal, type Role } from "../access/role.ts";
import type { AnswerRoute, RouteContext, RouteInput } from "../access/route.ts";
import { commandOf, type Verb, type VerbInput } from "../access/verb.ts";
import { Kept } from "../store/kept.ts";
import { type Call, mayCallHere, readInput } from "./call.ts";
import { claim, digestOf, keep, keyedDigestOf, type Repeatable } from "./idempotency.ts";
import type { ApiOptions } from "./options.ts";
import { type Problem, reply } from "./problem.ts";
import { replyText } from "./reply-text.ts";
import { settingsKey } from "./settings-known.ts";

/** A reply as it is sent. */
interface Written {
  readonly text: string | Buffer<ArrayBuffer>;
  readonly etag: string;
}

export type Reply = ({ readonly kind: "written" } & Written) | { readonly kind: "no"; readonly problem: Problem };

/** Enough for what a platform of 10,000 components shows to callers of some few roles. */
export function keptAnswers(): Kept<Reply> {
  return new Kept({
    mostEntries: 200,
    mostBytes: 32_000_000,
    bytesOf: (found) => (found.kind === "written" ? found.text.length : 0),
  });
}

type Answered =
  | { readonly kind: "answered"; readonly value: unknown; readonly replayed: boolean }
  | { readonly kind: "no"; readonly problem: Problem };

/** Asks a route that answers once, and writes its answer. */
export async function answer(
  c: Context,
  call: Call & { readonly route: AnswerRoute; readonly verb: Verb },
  context: RouteContext,
  options: ApiOptions & { readonly answers: Kept<Reply> },
): Promise<Response> {
  const { route } = call;
  const input = await readInput(c, route);
  if ("status" in input) return reply(c, input);
  const precondition = ifMatch(c, route);
  if (typeof precondition === "object") return reply(c, precondition);
  const full: RouteContext = { ...context, ifMatch: precondition };
  const key = keyOf(c, call);
  if (typeof key === "object" && "status" in key) return reply(c, key);
  const repeatable = key === undefined ? undefined : { ...key, digests: await digestsOf(c, route, full) };
  const isRead = route.effect === "none";
  // What was asked can be asked again by hand, also where it is refused or fails.
  if (isRead) showCommand(c, call, input);
  const found = isRead ? await read(call, input, full, options) : await write(call, input, full, repeatable);
  if (found.kind === "no") return reply(c, found.problem);
  if (!isRead) showCommand(c, call, input);
  return send(c, route, found, options);
}

/** What changes nothing may have been written already, for somebody who sees as much. */
async function read(
  call: Call & { readonly route: AnswerRoute },
  input: RouteInput,
  context: RouteContext,
  { answers, ...options }: ApiOptions & { readonly answers: Kept<Reply> },
): Promise<Reply> {
  const { route } = call;
  if (route.kept === undefined) return ask(call, input, context);
  const { principal, store, now } = context;
  const { forSeconds } = route.kept;
  return answers.get({
    key: JSON.stringify([route.path, input.params, input.query, sightOf(principal)]),
    store,
    at: Date.parse(now),
    forMillis: forSeconds === undefined ? undefined : forSeconds * 1000,
    given: options.given(),
    async make(snapshot) {
      const nobody = { actor: anonymous.actor, roles: principal.roles };
      // The first who asks may leave while others wait for the same.
      const found = await ask(call, input, {
        ...context,
        principal: nobody,
        store: snapshot,
        signal: options.stopping,
      });
      return found.kind === "no" ? found : { ...found, text: Buffer.from(found.text) };
    },
  });
}

/** Whoever holds the same roles sees the same. */
function sightOf({ roles }: Principal): readonly (readonly [string, Role])[] {
  return Object.entries(roles).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function ask(
  call: Call & { readonly route: AnswerRoute },
  input: RouteInput,
  context: RouteContext,
): Promise<Reply> {
  const { route } = call;
  const found = await called(call, input, context);
  if (found.kind === "no") return found;
  const { value } = found;
  if (route.media !== undefined || route.versionOf !== undefined)
    return { kind: "written", ...writtenOf(route, route.reply.parse(value)) };
  const text = await replyText(route.reply, value);
  return { kind: "written", text, etag: etagOf(text) };
}

/** What the route says, not yet held against its schema. */
async function called(
  call: Call & { readonly route: AnswerRoute },
  input: RouteInput,
  context: RouteContext,
): Promise<Answered> {
  const no = await mayCallHere(call, input, context);
  if (no !== undefined) return { kind: "no", problem: problemFrom(no) };
  const value = await call.route.handle(input as never, context);
  return value instanceof Refusal
    ? { kind: "no", problem: problemFrom(value) }
    : { kind: "answered", value, replayed: false };
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
  const found = await called(call, input, {
    ...context,
    record: async (store, draft) => {
      recorded = true;
      await context.record(store, draft);
    },
  });
  if (found.kind === "no") return found;
  const answered = { ...found, value: call.route.reply.parse(found.value) };
  if (!recorded)
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

/** A reply that was held against its schema. */
function writtenOf(route: AnswerRoute, value: unknown): Written {
  const text = route.media === undefined ? JSON.stringify(value ?? null) : String(value);
  const version = route.versionOf?.(value);
  return { text, etag: version === undefined ? etagOf(text) : quoted(String(version)) };
}

function etagOf(text: string): string {
  return quoted(createHash("sha256").update(text).digest("base64url").slice(0, 22));
}

function quoted(version: string): string {
  return `"${version.replace(/[^\x21\x23-\x7e]/g, "_")}"`;
}

function send(
  c: Context,
  route: AnswerRoute,
  found: Exclude<Reply | Answered, { readonly kind: "no" }>,
  options: ApiOptions,
): Response {
  const { text, etag } = found.kind === "written" ? found : writtenOf(route, found.value);
  c.header("etag", etag);
  c.header("cache-control", "private, no-cache");
  c.header("x-millwright-mode", options.mode());
  if (found.kind === "answered" && found.replayed) c.header("idempotency-replayed", "true");
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
function showCommand(
  c: Context,
  { verb, route }: { readonly verb: Verb; readonly route: AnswerRoute },
  input: RouteInput,
): void {
  if (route.onlyOnce === true) return;
  const command = commandOf(verb, input as VerbInput);
  if (command.length <= 2000) c.header("x-millwright-cli", command);
}
