import * as z from "zod";
import { refuse } from "../../access/refusal.ts";
import { defineRoute, type Route, type RouteContext } from "../../access/route.ts";
import { hasEffect } from "../../engine/plan.ts";
import { RunReply, replyOf } from "../../engine/reply.ts";
import { enginePolicy } from "../../engine/routes.ts";
import { planRun, startRun } from "../../engine/start-run.ts";
import { BackupClass } from "../../platform/backup-schedule.ts";
import { mostBackups, mostBeside } from "./procedures.ts";
import { knownBackups } from "./read.ts";
import { BackupId, EnvironmentName, StoreName } from "./replies.ts";
import { backupsKey } from "./service.ts";

const starting = { method: "POST", role: "operator", effect: "own", reply: RunReply, status: 201 } as const;
const versionOf = ({ version }: { readonly version: number }): number => version;

async function begin(
  { store, now, principal, record, services }: RouteContext,
  wanted: { readonly procedure: string; readonly environment: string; readonly arguments: unknown },
) {
  const declared = services.need(backupsKey).environments();
  if (!declared.some(({ environment }) => environment === wanted.environment))
    return refuse(
      404,
      `No backups of ${wanted.environment} are declared.`,
      "Name its repository and stores under backups of millwright.server.yaml (docs/backups.md).",
    );
  const policy = services.need(enginePolicy);
  if (policy.mode === "observe" && hasEffect(planRun(policy, wanted).plan))
    return refuse(
      403,
      "It removes backups, and this server only observes.",
      "millwright backup prune, where the repository is.",
    );
  return replyOf(await startRun(store, now, policy, { ...wanted, requestedBy: principal.actor }, record));
}

const run = defineRoute({
  ...starting,
  versionOf,
  path: "/backups/run",
  cli: "backup start",
  summary: "Start a run that backs up stores, proves them and shows the receipts",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    environment: EnvironmentName,
    stores: z.array(StoreName).max(200).default([]).describe("All, as one recovery point, when empty"),
    class: BackupClass.default("by-hand"),
    prove: z.boolean().default(true),
  }),
  handle: ({ body: { environment, ...given } }, context) =>
    begin(context, { procedure: "back-up", environment, arguments: given }),
});

const prove = defineRoute({
  ...starting,
  versionOf,
  path: "/backups/{id}/prove",
  cli: "backup reprove <id>",
  summary: "Start a run that restores a backup into what is thrown away, and compares",
  params: z.object({ id: BackupId }),
  async environment({ params }, { store }) {
    const [found] = await knownBackups(store, { id: params.id });
    return (
      found?.row.environment ??
      refuse(404, `There is no backup ${params.id}.`, "List what is there: millwright backup known")
    );
  },
  async handle({ params }, context) {
    const [found] = await knownBackups(context.store, { id: params.id });
    if (found === undefined)
      return refuse(404, `There is no backup ${params.id}.`, "List what is there: millwright backup known");
    const { environment } = found.row;
    return begin(context, { procedure: "prove-backup", environment, arguments: { backup: params.id } });
  },
});

const check = defineRoute({
  ...starting,
  versionOf,
  path: "/backups/check",
  cli: "backup recheck",
  summary: "Start a run that reads the repository through",
  environment: ({ body }) => body.environment,
  body: z.strictObject({ environment: EnvironmentName, readData: z.boolean().default(true) }),
  handle: ({ body: { environment, readData } }, context) =>
    begin(context, { procedure: "check-repository", environment, arguments: { readData } }),
});

const Shown = z.array(z.object({ id: z.string(), store: z.string(), why: z.array(z.string()) }));
const Snapshots = z
  .array(z.string().regex(/^[0-9a-f]{64}$/))
  .max(mostBeside)
  .default([]);

const prunable = defineRoute({
  method: "GET",
  role: "viewer",
  effect: "none",
  path: "/backups/prunable",
  cli: "backup prunable",
  summary:
    "What retention would remove now with what interrupted runs left, what it keeps, why, and how much that frees; the repository is asked",
  query: z.object({ environment: EnvironmentName }),
  environment: ({ query }) => query.environment,
  reply: z.object({
    refused: z.string().nullable(),
    kept: Shown,
    removed: Shown,
    packs: z.array(z.string()).describe("What no kept backup names"),
    debris: z
      .array(z.object({ snapshot: z.string(), store: z.string(), at: z.string(), why: z.string() }))
      .describe("What interrupted runs left"),
    points: z.array(z.string()).describe("Recovery points that are whole no more then"),
    archives: z
      .array(z.object({ object: z.string(), bucket: z.string(), bytes: z.number() }))
      .describe("In GitLab's bucket, whose copy in the repository is proven"),
    freesBytes: z.number().nullable().describe("null: nothing goes, or restic does not say"),
  }),
  async handle({ query: { environment } }, { store, services, signal }) {
    const service = services.need(backupsKey);
    if (!service.environments().some((one) => one.environment === environment))
      return refuse(404, `No backups of ${environment} are declared.`, "See docs/backups.md");
    const { refused, kept, removed, packs, debris, points, archives, frees } = await service.prunable(
      store,
      environment,
      signal,
    );
    return {
      refused: refused ?? null,
      kept,
      removed: removed.map(({ id, store: of, why }) => ({ id, store: of, why })),
      packs,
      points,
      archives,
      debris: debris.map(({ snapshot, store: of, at, why }) => ({ snapshot, store: of, at, why })),
      freesBytes: frees ?? null,
    };
  },
});

const prune = defineRoute({
  ...starting,
  versionOf,
  path: "/backups/prune",
  cli: "backup remove",
  summary:
    "Start a run that removes what was shown, and of it what retention removes then; in production somebody agrees first",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    environment: EnvironmentName,
    remove: z.array(BackupId).max(mostBackups).default([]).describe("Ids, as backup prunable shows them"),
    packs: Snapshots,
    debris: Snapshots,
    points: z.array(BackupId).max(mostBackups).default([]),
    archives: z.array(z.string().max(320)).max(mostBackups).default([]),
  }),
  handle: ({ body: { environment, ...given } }, context) =>
    begin(context, { procedure: "prune-backups", environment, arguments: given }),
});

/** What starts runs with backups. */
export const runRoutes: readonly Route[] = [run, prove, check, prunable, prune];
