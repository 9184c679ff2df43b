import { sql } from "kysely";
import * as z from "zod";
import { keyOf, page, pageOf, pageQuery } from "../access/paging.ts";
import { refuse } from "../access/refusal.ts";
import { defineRoute, type Route } from "../access/route.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { forgetSecret, keepSecret, listSecrets } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";
import { settingsKey } from "./settings-known.ts";

const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, "a name: lower-case letters, digits, dots, dashes and underscores");

const Secret = z.object({
  name: z.string(),
  reference: z.string().describe("How the configuration names it: store:NAME"),
  key: z.string().describe("The key that seals it, by its id under sealing"),
  sealedAt: z.string(),
  usedAt: z.string().nullable().describe("When it was used last, of the last 30 days"),
});

/** How far back uses are looked for. */
const usedMillis = 30 * 86_400_000;

/** When what is kept at each place was used last. */
export async function lastUses(store: Store, now: Instant): Promise<ReadonlyMap<string, Instant>> {
  const since = instantOf(Date.parse(now) - usedMillis);
  const { rows } = await sql<{ place: string; at: Instant }>`
    select entry::jsonb->'evidence'->>'place' as place, max(at) as at from journal_entries
    where at > ${since} and kind = 'access' and entry like '%Secret used%' group by 1`.execute(store.tables());
  return new Map(rows.map(({ place, at }) => [place, at]));
}

const list = defineRoute({
  method: "GET",
  path: "/secrets",
  cli: "secret list",
  summary: "The secrets that are kept sealed in the database: names, never values",
  role: "admin",
  effect: "none",
  query: z.object(pageQuery),
  reply: page(Secret),
  async handle({ query }, { store, now }) {
    const [after] = keyOf(query.cursor, z.tuple([z.string()])) ?? [];
    const uses = await lastUses(store, now);
    const { items, ...next } = pageOf(await listSecrets(store, after, query.limit + 1), query.limit, ({ name }) => [
      name,
    ]);
    return {
      items: items.map((one) => ({
        ...one,
        reference: `store:${one.name}`,
        usedAt: uses.get(`store:${one.name}`) ?? null,
      })),
      ...next,
    };
  },
});

const keep = defineRoute({
  method: "PUT",
  path: "/secrets/{name}",
  cli: "secret keep <name>",
  summary: "Keep a secret sealed in the database, in place of one of that name; it is never shown again",
  role: "admin",
  effect: "own",
  takesSecret: true,
  params: z.object({ name: Name }),
  body: z.strictObject({
    value: z
      .string()
      .min(1)
      .max(100_000)
      .refine((text) => text.isWellFormed() && !text.includes("\0"), "text without zero bytes")
      .meta({ format: "password" })
      .describe("The secret; @FILE or @- on the command line"),
  }),
  reply: Secret.omit({ usedAt: true }),
  async handle({ params: { name }, body }, { store, now, principal, services, record }) {
    const keys = await services.need(settingsKey).sealingKeys();
    if (keys === undefined)
      return refuse(
        409,
        "Secrets in the database are not set up: there is no key to seal them with.",
        "Make one (openssl rand -base64 32), keep it outside of the database, and name it under sealing of millwright.server.yaml.",
      );
    await keepSecret(store, name, body.value, keys, now);
    await record(store, {
      at: now,
      kind: "access",
      actor: principal.actor,
      task: `Secret kept: ${name}`,
      evidence: { place: `store:${name}`, sealedWith: keys[0].id },
    });
    return { name, reference: `store:${name}`, key: keys[0].id, sealedAt: now };
  },
});

const forget = defineRoute({
  method: "DELETE",
  path: "/secrets/{name}",
  cli: "secret forget <name>",
  summary: "Forget a secret of the database; what refers to it then fails and says so",
  role: "admin",
  effect: "own",
  params: z.object({ name: Name }),
  reply: z.object({ forgotten: z.string() }),
  async handle({ params: { name } }, { store, now, principal, record }) {
    if (!(await forgetSecret(store, name)))
      return refuse(404, `No secret ${name} is kept here.`, "List what is there: millwright secret list");
    await record(store, {
      at: now,
      kind: "access",
      actor: principal.actor,
      task: `Secret forgotten: ${name}`,
      evidence: { place: `store:${name}` },
    });
    return { forgotten: name };
  },
});

/** Secrets sealed in our own database (`src/store/sealed.ts`). */
export const secretRoutes: readonly Route[] = [list, keep, forget];
