import * as z from "zod";
import { refuse } from "../../access/refusal.ts";
import { defineRoute, type Route, type RouteContext } from "../../access/route.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Store } from "../../store/store.ts";
import { validUntil } from "../receipts/receipt.ts";
import { type DescribedPoint, reasonsOf } from "./described.ts";
import { knownBackups } from "./read.ts";
import { BackupId, EnvironmentName } from "./replies.ts";
import { backupsKey } from "./service.ts";
import type { BackupTables } from "./tables.ts";

/*
 * What only the repository knows. The runner is asked each time, so these take as long as it does: seconds.
 */

const Moment = z.iso.datetime();
const reading = { method: "GET", role: "viewer", effect: "none" } as const;

const Proof = z.object({
  provenAt: z.string(),
  provenBy: z.string(),
  verdict: z.string().describe("proven, failed, sampled, unknown"),
  why: z.array(z.string()).describe("What differs, what was left out, or why it could not be told"),
  seconds: z.number().describe("How long restoring and comparing took"),
});

async function environmentOf(store: Store, id: string): Promise<string | undefined> {
  const [found] = await knownBackups(store, { id, gone: true });
  return found?.row.environment;
}

function noBackup(id: string) {
  return refuse(404, `There is no backup ${id}.`, "List what is there: millwright backup known");
}

const content = defineRoute({
  ...reading,
  path: "/backups/{id}/content",
  cli: "backup content <id>",
  summary: "What a backup says of itself and what its proof found: the repository is asked",
  params: z.object({ id: BackupId }),
  environment: async ({ params }, { store }) => (await environmentOf(store, params.id)) ?? noBackup(params.id),
  reply: z.object({
    covers: z.string(),
    facts: z.array(z.object({ label: z.string(), text: z.string() })),
    doesNotCover: z.array(z.string()),
    endedAt: z.string(),
    digest: z.string(),
    installation: z.string(),
    versions: z.record(z.string(), z.string()).describe("Of the programs that made it"),
    parts: z.array(z.object({ file: z.string(), bytes: z.number(), digest: z.string(), added: z.number() })),
    partsInAll: z.number().int(),
    packs: z.object({ count: z.number().int(), bytes: z.number() }).describe("Shared with other backups of its store"),
    proof: Proof.extend({
      counts: z.record(z.string(), z.number()).describe("What was compared"),
      restoredInto: z.number().nullable().describe("The major version of PostgreSQL, where there was one"),
      notes: z.array(z.string()),
    }).nullable(),
  }),
  async handle({ params }, { store, services, signal }) {
    const environment = await environmentOf(store, params.id);
    if (environment === undefined) return noBackup(params.id);
    const asked = services.need(backupsKey).calls(environment, signal).describeBackup(params.id);
    const said = await orRefused(asked);
    if (!("covers" in said)) return said;
    const { covers, facts, doesNotCover, endedAt, digest, identity, versions, parts, packs, proof } = said;
    return {
      covers,
      facts,
      doesNotCover,
      endedAt,
      digest,
      versions,
      packs,
      installation: identity.installation,
      parts: parts.slice(0, 100),
      partsInAll: parts.length,
      proof:
        proof === undefined
          ? null
          : {
              ...proofReply(proof),
              counts: proof.counts,
              restoredInto: proof.restoredInto ?? null,
              notes: proof.notes,
            },
    };
  },
});

function proofReply({
  provenAt,
  provenBy,
  verdict,
  millis,
}: Omit<NonNullable<DescribedPoint["proof"]>, "checks" | "doesNotCover">) {
  return { provenAt, provenBy, verdict: verdict.kind, why: [...reasonsOf(verdict)], seconds: millis / 1000 };
}

/** What the runner found no answer to is said to who asked; that it could not be asked is thrown on. */
async function orRefused<T extends object>(asked: Promise<T>) {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return refuse(409, thrown.message, "The command line says more: millwright backup list, millwright backup check");
  }
}

const receipt = defineRoute({
  ...reading,
  path: "/backups/{id}/receipt",
  cli: "backup receipt <id>",
  summary: "The receipt of a backup that was proven whole, in one line for a change ticket: the repository is asked",
  params: z.object({ id: BackupId }),
  environment: async ({ params }, { store }) => (await environmentOf(store, params.id)) ?? noBackup(params.id),
  reply: z.object({ receipt: z.string(), validUntil: Moment }),
  async handle({ params }, { store, services, signal }) {
    const [found] = await knownBackups(store, { id: params.id, gone: true });
    if (found === undefined) return noBackup(params.id);
    const { environment, taken_at: takenAt } = found.row;
    const service = services.need(backupsKey);
    const asked = service.calls(environment, signal).receipt(params.id);
    const said = await orRefused(asked.then((line) => ({ line })));
    return "line" in said ? { receipt: said.line, validUntil: validUntil(takenAt, service.receiptHours()) } : said;
  },
});

async function pointAt({ store }: Pick<RouteContext, "store">, id: string) {
  return store.tables<BackupTables>().selectFrom("backup_points").selectAll().where("id", "=", id).executeTakeFirst();
}

function noPoint(id: string) {
  return refuse(404, `There is no recovery point ${id}.`, "List what is there: millwright backup points");
}

const point = defineRoute({
  ...reading,
  path: "/recovery-points/{id}",
  cli: "backup point <id>",
  summary: "What a recovery point says of itself, and what its checks found: the repository is asked",
  params: z.object({ id: BackupId }),
  environment: async ({ params }, context) => (await pointAt(context, params.id))?.environment ?? noPoint(params.id),
  reply: z.object({
    id: z.string(),
    environment: z.string(),
    at: z.string(),
    beganAt: z.string(),
    endedAt: z.string(),
    digest: z.string(),
    fence: z.object({
      kind: z.enum(["fenced", "unfenced"]),
      from: z.string().nullable(),
      until: z.string().nullable(),
      by: z.array(z.string()).describe("Who was kept from writing"),
      why: z.string().nullable().describe("Why there was no fence"),
    }),
    backups: z.array(z.object({ id: z.string(), store: z.string(), takenAt: z.string(), bytes: z.number() })),
    disposable: z.array(z.object({ store: z.string(), why: z.string() })),
    proof: Proof.extend({
      checks: z.array(
        z.object({
          what: z.string(),
          state: z.string().describe("passed, failed, unknown"),
          asked: z.number().describe("How many references were followed"),
          why: z.array(z.string()),
        }),
      ),
      doesNotCover: z.array(z.string()),
    }).nullable(),
  }),
  async handle({ params }, context) {
    const known = await pointAt(context, params.id);
    if (known === undefined) return noPoint(params.id);
    const { environment } = known;
    const calls = context.services.need(backupsKey).calls(environment, context.signal);
    const said = await orRefused(calls.describePoint(params.id));
    if (!("fence" in said)) return said;
    const { id, takenAt, beganAt, endedAt, digest, fence, backups, disposable, proof } = said;
    return {
      id,
      environment,
      at: takenAt,
      beganAt,
      endedAt,
      digest,
      backups,
      disposable,
      fence: { ...fence, from: fence.from ?? null, until: fence.until ?? null, why: fence.why ?? null },
      proof:
        proof === undefined ? null : { ...proofReply(proof), checks: proof.checks, doesNotCover: proof.doesNotCover },
    };
  },
});

const debris = defineRoute({
  ...reading,
  path: "/backups/debris",
  cli: "backup debris",
  summary: "What interrupted runs left in a repository and is no backup: the repository is asked",
  query: z.object({ environment: EnvironmentName }),
  environment: ({ query }) => query.environment,
  reply: z.object({
    items: z.array(
      z.object({ snapshot: z.string(), backup: z.string(), store: z.string(), at: z.string(), why: z.string() }),
    ),
    others: z.number().int().describe("Snapshots of others, which are left alone"),
  }),
  async handle({ query: { environment } }, { services, signal }) {
    const service = services.need(backupsKey);
    if (!service.environments().some((one) => one.environment === environment))
      return refuse(404, `No backups of ${environment} are declared.`, "See docs/backups.md");
    const { debris: items, others } = await service.calls(environment, signal).list();
    return { items: items.slice(0, 1000), others };
  },
});

const second = defineRoute({
  ...reading,
  path: "/backups/second",
  cli: "backup elsewhere",
  summary: "What arrived in the second repository: both are asked",
  query: z.object({ environment: EnvironmentName }),
  environment: ({ query }) => query.environment,
  reply: z.object({
    state: z.enum(["not-declared", "current", "arriving", "late", "failed", "none", "unknown"]),
    words: z.string(),
    newest: z.array(z.object({ store: z.string(), id: z.string(), takenAt: z.string() })).describe("There, by store"),
    lastArrival: z.string().nullable().describe("When was last looked whether it arrived"),
    immutable: z
      .object({ state: z.enum(["verified", "refuted", "unknown"]), words: z.string() })
      .nullable()
      .describe("Whether what is declared to keep it from being changed is so; null: nothing is declared"),
  }),
  async handle({ query: { environment } }, { services, signal }) {
    const service = services.need(backupsKey);
    const declared = service.environments().find((one) => one.environment === environment);
    if (declared === undefined) return refuse(404, `No backups of ${environment} are declared.`, "See docs/backups.md");
    if (declared.second === undefined)
      return {
        state: "not-declared" as const,
        words: "no second repository is declared",
        newest: [],
        lastArrival: null,
        immutable: null,
      };
    const { kind, words, newest, lastArrival = null, immutable } = await service.calls(environment, signal).second();
    const kept = immutable === undefined ? null : { state: immutable.kind, words: immutable.words };
    return { state: kind, words, newest, lastArrival, immutable: kept };
  },
});

/** What the repository alone tells. */
export const repositoryRoutes: readonly Route[] = [debris, second, content, receipt, point];
