import * as z from "zod";
import { defineProcedure, type PlanDraft, type Procedure } from "../../engine/plan.ts";
import { counted } from "../../kernel/count.ts";
import { BackupClass } from "../../platform/backup-schedule.ts";

type Step = PlanDraft["steps"][number];

const Store = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/, "COMPONENT/STORE");
const BackupId = z.string().regex(/^[a-z0-9][\w-]{0,200}$/, "a backup's id, as backup list shows it");

/** Large ones take a night. */
const longSeconds = 24 * 3600;

/** Backs up stores, proves them and shows the receipts. It changes nothing outside of the repository, so nobody is asked. */
const backUp = defineProcedure({
  id: "back-up",
  version: 1,
  title: "Back up, prove, and show the receipts",
  arguments: z.object({
    stores: z.array(Store).default([]).describe("All of the environment, as one recovery point, when empty"),
    class: BackupClass.default("by-hand").describe("What it is taken for: how long it is kept"),
    prove: z.boolean().default(true),
    window: z.boolean().default(false).describe("Wait for a maintenance window"),
  }),
  plan({ stores, class: taken, prove, window }) {
    const what = stores.length === 0 ? "every store" : stores.join(", ");
    const waiting: Step[] = window
      ? [{ name: "window", title: "A window is open", kind: "wait", wait: { kind: "window", needSeconds: 900 } }]
      : [];
    const receipt: Step = {
      name: "receipt",
      title: `The receipts of ${what} hold against the repository`,
      kind: "check",
      action: "backups/receipt",
      input: { stores },
      timeoutSeconds: 3600,
      retries: 3,
    };
    return {
      steps: [
        ...waiting,
        {
          name: "take",
          title: `Back up ${what}${prove ? ", restore each and compare" : ""}`.slice(0, 300),
          kind: "act",
          action: "backups/take",
          input: { stores, class: taken, prove },
          timeoutSeconds: longSeconds,
          retries: 3,
        },
        ...(prove ? [{ ...receipt, title: receipt.title.slice(0, 300) }] : []),
      ],
    };
  },
});

const proveBackup = defineProcedure({
  id: "prove-backup",
  version: 1,
  title: "Prove a backup by restoring it",
  arguments: z.object({ backup: BackupId }),
  plan: ({ backup }) => ({
    steps: [
      {
        name: "prove",
        title: `Restore ${backup} into what is thrown away, and compare`,
        kind: "check",
        action: "backups/prove",
        input: { backup },
        timeoutSeconds: longSeconds,
        retries: 2,
      },
    ],
  }),
});

const checkRepository = defineProcedure({
  id: "check-repository",
  version: 1,
  title: "Check the repository of the backups",
  arguments: z.object({
    readData: z.boolean().default(true).describe("Every byte: finds any damage, and takes as long as it is large"),
    prove: z.array(BackupId).max(100).default([]).describe("Backups to be proven beside"),
  }),
  plan: ({ readData, prove }) => ({
    steps: [
      {
        name: "check",
        title: readData ? "Read every byte of the repository" : "Hold the repository's parts against each other",
        kind: "check",
        action: "backups/check",
        input: { readData },
        timeoutSeconds: longSeconds,
        retries: 3,
      },
      ...prove.map(
        (backup, index): Step => ({
          name: `prove-${index + 1}`,
          title: `Restore ${backup} into what is thrown away, and compare`,
          kind: "check",
          action: "backups/prove",
          input: { backup },
          timeoutSeconds: longSeconds,
          retries: 2,
        }),
      ),
    ],
  }),
});

/** What one removal names at the most, so that all of it fits a command line (2 MB) and a Job (1.5 MB). */
export const mostBackups = 1000;
export const mostBeside = 5000;

const Snapshot = z.string().regex(/^[0-9a-f]{64}$/, "restic's id of a snapshot");

/** The plan names each thing that goes: who agrees to it has seen them, and agrees to nothing else. */
const pruneBackups = defineProcedure({
  id: "prune-backups",
  version: 2,
  title: "Remove what retention keeps no longer, and what interrupted runs left",
  arguments: z
    .object({
      remove: z.array(BackupId).max(mostBackups).default([]).describe("Backups, as backup prune shows them"),
      packs: z.array(Snapshot).max(mostBeside).default([]),
      debris: z.array(Snapshot).max(mostBeside).default([]).describe("What interrupted runs left"),
      points: z.array(BackupId).max(mostBackups).default([]).describe("Recovery points that are whole no more then"),
      archives: z
        .array(z.string().regex(/^[\w.-]{1,300}_gitlab_backup\.tar$/))
        .max(mostBackups)
        .default([])
        .describe("Archives in GitLab's bucket whose copy in the repository is proven"),
    })
    .refine(
      ({ remove, packs, debris, archives }) => remove.length + packs.length + debris.length + archives.length > 0,
      "name the backups, packs or debris that go",
    ),
  plan(input) {
    const { remove, packs, debris, archives } = input;
    const beside = [
      ...(packs.length === 0 ? [] : [counted(packs.length, "pack")]),
      ...(debris.length === 0 ? [] : [`${debris.length} of debris`]),
      ...(archives.length === 0 ? [] : [counted(archives.length, "archive")]),
    ];
    const all = [counted(remove.length, "backup"), ...beside].join(", ");
    const more = remove.length > 3 ? ` and ${remove.length - 3} more` : "";
    return {
      steps: [
        {
          name: "show",
          title: "What goes, why, and how much that frees",
          kind: "check",
          action: "backups/removal",
          input,
          timeoutSeconds: 3600,
          retries: 3,
        },
        {
          name: "prune",
          title: `Remove ${all}${remove.length === 0 ? "" : `: ${remove.slice(0, 3).join(", ")}${more}`}`.slice(0, 300),
          kind: "act",
          effect: "irreversible",
          action: "backups/prune",
          input,
          timeoutSeconds: 6 * 3600,
          retries: 3,
        },
      ],
    };
  },
});

export const backupProcedures: readonly Procedure[] = [backUp, proveBackup, checkRepository, pruneBackups];
