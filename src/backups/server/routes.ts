import * as z from "zod";
import { keyOf, page, pageOf, pageQuery } from "../../access/paging.ts";
import { refuse } from "../../access/refusal.ts";
import { defineRoute, type Route, type RouteContext } from "../../access/route.ts";
import { heldBackups, knownBackups, lastChecks } from "./read.ts";
import { BackupId, BackupReply, BackupWholeReply, backupReply, EnvironmentName, StoreName } from "./replies.ts";
import { drillRoutes } from "./routes-drills.ts";
import { repositoryRoutes } from "./routes-repository.ts";
import { rpoRoutes } from "./routes-rpo.ts";
import { runRoutes } from "./routes-run.ts";
import { storeRoutes } from "./routes-stores.ts";
import { seenNames } from "./seen.ts";
import { backupsKey } from "./service.ts";
import type { BackupTables } from "./tables.ts";

const Moment = z.iso.datetime();
const reading = { method: "GET", role: "viewer", effect: "none", environment: "any" } as const;
const query = z.object({ environment: EnvironmentName.optional() });

function receiptHoursIn({ services }: RouteContext): number {
  return services.need(backupsKey).receiptHours();
}

const list = defineRoute({
  ...reading,
  path: "/backups",
  cli: "backup known",
  summary: "Every backup that the server saw, the newest first, with its proof",
  query: query.extend({
    ...pageQuery,
    store: StoreName.optional(),
    gone: z.enum(["true", "false"]).default("false").describe("Also what is there no more"),
  }),
  reply: page(BackupReply),
  async handle({ query: asked }, context) {
    const after = keyOf(asked.cursor, z.tuple([z.iso.datetime(), z.string().max(300)]));
    const rows = await knownBackups(context.store, {
      environments: seenNames(context, asked.environment),
      store: asked.store,
      gone: asked.gone === "true",
      after,
      limit: asked.limit + 1,
    });
    const { items, next } = pageOf(rows, asked.limit, ({ row }) => [row.taken_at, row.id]);
    return {
      items: items.map((one) => backupReply(one, receiptHoursIn(context))),
      ...(next === undefined ? {} : { next }),
    };
  },
});

const show = defineRoute({
  ...reading,
  path: "/backups/{id}",
  cli: "backup seen <id>",
  summary: "A backup as the server saw it, with all its proofs",
  params: z.object({ id: BackupId }),
  reply: BackupWholeReply,
  async handle({ params }, context) {
    const [found] = await knownBackups(context.store, {
      environments: seenNames(context, undefined),
      id: params.id,
      gone: true,
    });
    if (found === undefined)
      return refuse(404, `There is no backup ${params.id}.`, "List what is there: millwright backup known");
    const held = await heldBackups(context.store, found.row.environment);
    return {
      ...backupReply(found, receiptHoursIn(context)),
      proofs: found.proofs.map(({ snapshot, provenAt, verdict }) => ({ snapshot, provenAt, verdict })),
      firstSeen: found.row.first_seen,
      lastSeen: found.row.last_seen,
      heldBy: held.get(found.row.id) ?? null,
    };
  },
});

const points = defineRoute({
  ...reading,
  path: "/recovery-points",
  cli: "backup points",
  summary: "The moments to which an environment can be brought back, the newest first",
  query: query.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({
    items: z.array(
      z.object({
        id: z.string(),
        environment: z.string(),
        at: Moment,
        fenced: z.boolean().describe("No writer worked meanwhile: all stores are of one moment"),
        backups: z.array(BackupReply),
        content: z.record(z.string(), z.unknown()).describe("What the point says of itself: checks, digests"),
      }),
    ),
  }),
  async handle({ query: asked }, context) {
    const visible = seenNames(context, asked.environment);
    let rows = context.store
      .tables<BackupTables>()
      .selectFrom("backup_points")
      .selectAll()
      .orderBy("at", "desc")
      .limit(asked.limit);
    if (visible !== undefined) rows = rows.where("environment", "in", [...visible, ""]);
    const found = await rows.execute();
    const backups = found.length === 0 ? [] : await knownBackups(context.store, { environments: visible });
    return {
      items: found.map(({ id, environment, at, fenced, content }) => ({
        id,
        environment,
        at,
        fenced,
        content: { ...content },
        backups: backups
          .filter(({ row }) => row.environment === environment && row.point === id)
          .map((one) => backupReply(one, receiptHoursIn(context))),
      })),
    };
  },
});

const receipts = defineRoute({
  ...reading,
  path: "/receipts",
  cli: "receipt list",
  summary: "Receipts that runs showed, the newest first; the repository has the last word when one is used",
  query: query.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({
    items: z.array(
      z.object({
        environment: z.string(),
        store: z.string(),
        backup: z.string(),
        takenAt: Moment,
        issuedAt: Moment,
        validUntil: Moment,
        run: z.string().nullable(),
        receipt: z.string().describe("The line for a change ticket"),
      }),
    ),
  }),
  async handle({ query: asked }, context) {
    const visible = seenNames(context, asked.environment);
    let rows = context.store
      .tables<BackupTables>()
      .selectFrom("backup_receipts")
      .selectAll()
      .orderBy("issued_at", "desc")
      .limit(asked.limit);
    if (visible !== undefined) rows = rows.where("environment", "in", [...visible, ""]);
    return {
      items: (await rows.execute()).map((row) => ({
        environment: row.environment,
        store: row.store,
        backup: row.backup,
        takenAt: row.taken_at,
        issuedAt: row.issued_at,
        validUntil: row.valid_until,
        run: row.run,
        receipt: row.line,
      })),
    };
  },
});

const checks = defineRoute({
  ...reading,
  path: "/backups/checks",
  cli: "backup checks",
  summary: "When a repository was read through, and what was found",
  query: z.object({ environment: EnvironmentName, limit: z.coerce.number().int().min(1).max(200).default(50) }),
  environment: ({ query: asked }) => asked.environment,
  reply: z.object({
    items: z.array(
      z.object({
        at: Moment,
        endedAt: Moment,
        readData: z.boolean(),
        damage: z.array(z.string()),
        run: z.string().nullable(),
      }),
    ),
  }),
  handle: async ({ query: asked }, { store }) => ({
    items: (await lastChecks(store, asked.environment, asked.limit)).map(({ at, endedAt, readData, damage, run }) => ({
      at,
      endedAt,
      readData,
      damage: [...damage],
      run: run ?? null,
    })),
  }),
});

/** Backups, their stores, points and receipts: `src/backups/server`. A backup's id comes last: it would take every other word. */
export const backupRoutes: readonly Route[] = [
  list,
  ...storeRoutes,
  checks,
  ...runRoutes,
  ...repositoryRoutes,
  ...drillRoutes,
  ...rpoRoutes,
  show,
  points,
  receipts,
];
