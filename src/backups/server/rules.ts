import type { Rule } from "../../systems/contract.ts";
import { noneOf } from "./replies.ts";
import { type BackupRule, example, group, hour, sources, span } from "./rule.ts";
import { drillFailed, drillOverdue } from "./rules-drill.ts";
import { removalOverdue } from "./rules-removal.ts";
import { secondChangeable, secondFailed, secondLate } from "./rules-second.ts";
import { notBegun, unopened } from "./rules-unopened.ts";

export const proofFailed: BackupRule = {
  id: "backup-proof-failed",
  title: "A backup cannot be restored",
  group,
  severity: "critical",
  incident: true,
  why: "What was restored from it is not what was backed up, or it cannot be restored at all. The next one may be no better: the reason is rarely in one backup alone.",
  sources,
  fix: "Take another backup with its proof at once; then see why this one failed: `millwright backup prove ID`.",
  examples: {
    failing: example(
      "the newest proof failed",
      'failed: [{ backup: mlflow-1, store: mlflow/database, provenAt: "2026-11-20T11:00:00.000Z", provenBefore: "2026-11-19T04:00:00.000Z" }]\n',
    ),
    passing: example("no proof failed", "failed: []\n"),
  },
  *check({ failed, environment }) {
    for (const { backup, store, provenAt, provenBefore } of failed) {
      const before =
        provenBefore === undefined
          ? "It was never proven before."
          : `It was proven at ${provenBefore}: what happened to it is at most ${span(provenBefore, provenAt)} old, and was found then.`;
      yield {
        subject: `${store === undefined ? "point" : "backup"}/${backup}`,
        message: `The proof of ${backup} (${store ?? "a recovery point: its backups do not belong together"}) failed at ${provenAt}. ${before}`,
        fix: `\`millwright backup run --environment ${environment}${store === undefined ? "" : ` --store ${store}`} --prove\`, then \`millwright backup prove ${backup} --environment ${environment}\` for the reason.`,
      };
    }
  },
};

const damaged: BackupRule = {
  id: "backup-repository-damaged",
  title: "The repository of the backups is damaged",
  group,
  severity: "critical",
  incident: true,
  why: "Files of the repository are not what was written: every backup that uses them may be lost, also those that were proven before.",
  sources: [...sources, "https://restic.readthedocs.io/en/stable/077_troubleshooting.html"],
  fix: "Take no chances with what is left: copy the repository as it is, back up anew into another one, then mend it as restic's handbook says.",
  examples: {
    failing: example(
      "the last check found a damaged pack",
      'check: { at: "2026-11-20T05:00:00.000Z", endedAt: "2026-11-20T05:30:00.000Z", readData: true, damage: ["pack 3fa9c1de: ciphertext verification failed"] }\nsoundAt: "2026-11-19T05:30:00.000Z"\n',
    ),
    passing: example(
      "the last check found nothing",
      'check: { at: "2026-11-20T05:00:00.000Z", endedAt: "2026-11-20T05:30:00.000Z", readData: true, damage: [] }\n',
    ),
  },
  *check({ environment, check, soundAt }) {
    if (check === undefined || check.damage.length === 0) return;
    const since =
      soundAt === undefined
        ? "No check before found it whole."
        : `The check before found nothing at ${soundAt}: the damage was found at most ${span(soundAt, check.endedAt)} after it was done.`;
    yield {
      subject: `repository/${environment}`,
      message: `The check of ${check.at} found: ${check.damage.slice(0, 5).join("; ")}. ${since}`,
      fix: `\`millwright backup check --read-data --environment ${environment}\` names what is damaged.`,
    };
  },
};

const gone: BackupRule = {
  id: "backup-gone",
  title: "A backup is gone, and nobody here removed it",
  group,
  severity: "critical",
  incident: true,
  why: "Somebody or something else removes from the repository: a script's own retention, a life-cycle rule of the bucket, or an attacker before the rest. What `millwright backup prune` removes is written down there and signed; a removal that is written down and not signed by the configured key excuses nothing, as whoever may delete there may write that too.",
  sources,
  fix: "Find out who may delete there; bar it by object lock or by a key that may only add. Back up anew with a proof.",
  examples: {
    failing: example(
      "it was there an hour ago",
      'gone: [{ backup: mlflow-1, store: mlflow/database, lastSeen: "2026-11-20T11:00:00.000Z", missedAt: "2026-11-20T11:01:00.000Z" }]\n',
    ),
    passing: example(
      "all that was seen is there, or was removed by a run or by a removal that is signed",
      "gone: []\n",
    ),
  },
  *check({ gone: missed, environment }) {
    for (const { backup, store, lastSeen, missedAt, said } of missed)
      yield {
        subject: `backup/${backup}`,
        message: `${backup} (${store}) was there at ${lastSeen} and is gone at ${missedAt}: found at most ${span(lastSeen, missedAt)} after it went.${said === undefined ? "" : ` ${said}`}`,
        fix: `See who may delete in the repository of ${environment}; \`millwright backup run --environment ${environment} --store ${store} --prove\`.`,
      };
  },
};

const tooOld: BackupRule = {
  id: "backup-too-old",
  title: "The newest backup is older than may be lost",
  group,
  severity: "high",
  incident: false,
  why: "If the store is lost now, more is lost than was agreed to (the recovery point objective).",
  sources,
  fix: "Take a backup; then see why the scheduled one was not taken: `millwright run list --procedure back-up`.",
  examples: {
    failing: example("none for two days", "stores: [{ store: mlflow/database, rpoHours: 26, ageHours: 48 }]\n"),
    passing: example("this night's", "stores: [{ store: mlflow/database, rpoHours: 26, ageHours: 26 }]\n"),
  },
  *check({ stores, environment, unseen, seenAt }) {
    // What was not looked at is not known to be missing.
    if (unseen !== undefined && seenAt === undefined) return;
    if (stores.length > 1 && stores.every(({ ageHours }) => ageHours === undefined)) {
      yield {
        subject: `environment/${environment}`,
        message: `Nothing of ${environment} has a backup; declared are ${stores.map(({ store }) => store).join(", ")}.`,
        fix: `\`millwright backup run --environment ${environment} --prove\``,
      };
      return;
    }
    for (const { store, ageHours, rpoHours, backups } of stores) {
      if (ageHours !== undefined && ageHours <= rpoHours) continue;
      const said =
        ageHours === undefined ? `has ${noneOf(backups)}` : `was backed up ${Math.floor(ageHours)} hours ago last`;
      yield {
        subject: `store/${store}`,
        message: `${store} ${said}; at most ${rpoHours} hours may be lost.`,
        fix: `\`millwright backup run --environment ${environment} --store ${store} --prove\``,
      };
    }
  },
};

export const forgotten: BackupRule = {
  id: "backup-store-forgotten",
  title: "A store is neither backed up nor declared disposable",
  group,
  severity: "high",
  incident: false,
  why: "What nobody decided about is what is missing after a fire. A store that may be lost is declared so, with the reason. Which stores there are is told by the systems of the components that `millwright.yaml` declares, the server asks, and repositories and clusters show.",
  sources,
  fix: "Declare it under `backups.environments[].stores` of the server's configuration, or under `disposable` with a reason.",
  examples: {
    failing: example(
      "Keycloak's database is declared nowhere",
      "isDeclared: true\nforgotten: [{ component: keycloak, store: keycloak/database, title: Keycloak's database }]\n",
    ),
    passing: example("each is declared", "forgotten: []\n"),
  },
  *check({ forgotten: missing, environment, isDeclared, production }) {
    if (!isDeclared && missing.length > 0) {
      yield {
        subject: `environment/${environment}`,
        severity: production ? "high" : "medium",
        message: `No backups of ${environment} are declared, and nobody declared that it may be lost: ${missing.map(({ store, title }) => `${store} (${title})`).join(", ")}.`,
        fix: `Give it a repository and stores: backups.environments[${environment}] (docs/backups.md). Where all of it may be lost, suppress this finding with the reason.`,
      };
      return;
    }
    for (const { component, store, title } of missing)
      yield {
        subject: `store/${store}`,
        message: `${component} in ${environment} keeps ${title}: no store that is backed up holds that, and nobody declared that it may be lost.`,
        fix: `backups.environments[${environment}].stores: { component: ${component}, store: ${store.split("/")[1] ?? ""}, … }, or disposable with a reason.`,
      };
  },
};

export const foreignUnfit: BackupRule = {
  id: "backup-foreign-unfit",
  title: "Backups that others make fail or are too old",
  group,
  severity: "high",
  incident: false,
  why: "A store is said to be covered by Velero, CloudNativePG, snapshots or pgBackRest, and as their maker says it is not. Nobody proves these backups besides.",
  sources: [
    ...sources,
    "https://velero.io/docs/v1.19/api-types/backup/",
    "https://kubernetes.io/docs/concepts/storage/volume-snapshots/",
    "https://pgbackrest.org/command.html#command-info",
  ],
  fix: "See what its maker says: `millwright backup foreign`. Or have Millwright back the store up: declare it under `stores`.",
  examples: {
    failing: example(
      "the last one of Velero failed",
      "foreign: [{ store: gitlab/repositories, what: Velero, state: failing, why: nightly-2 ended as PartiallyFailed with 3 errors }]\n",
    ),
    passing: example(
      "it is young, and as good as its maker says",
      "foreign: [{ store: gitlab/repositories, what: Velero, state: good, why: 7 ended well }]\n",
    ),
  },
  *check({ foreign, environment }) {
    for (const { store, what, state, why } of foreign) {
      if (state === "good" || state === "unknown") continue;
      yield {
        subject: `store/${store}`,
        message: `${what} is to cover ${store} in ${environment}: ${state === "too-old" ? "too old" : state}; ${why}.`,
        fix: `\`millwright backup foreign --environment ${environment}\` shows what its maker says of it.`,
      };
    }
  },
};

const unchecked: BackupRule = {
  id: "backup-check-overdue",
  title: "The repository was not checked for too long",
  group,
  severity: "medium",
  incident: false,
  why: "A byte that turns on a disk is found only by whoever reads it. Until then a damaged backup counts as one.",
  sources,
  fix: "`millwright run start check-repository`; then see why the scheduled check did not end: `millwright run list --procedure check-repository`.",
  examples: {
    failing: example(
      "the last one is three days old",
      'checkEveryHours: 24\nstores: [{ store: a/b, backups: 1, ageHours: 1, rpoHours: 26 }]\ncheck: { at: "2026-11-17T05:00:00.000Z", endedAt: "2026-11-17T05:30:00.000Z", readData: true, damage: [] }\n',
    ),
    passing: example(
      "this night's",
      'checkEveryHours: 24\nstores: [{ store: a/b, backups: 1, ageHours: 1, rpoHours: 26 }]\ncheck: { at: "2026-11-20T05:00:00.000Z", endedAt: "2026-11-20T05:30:00.000Z", readData: true, damage: [] }\n',
    ),
  },
  *check({ check, checkEveryHours, stores, environment, now }) {
    if (check === undefined || stores.every(({ backups }) => backups === 0)) return;
    const hours = (Date.parse(now) - Date.parse(check.endedAt)) / hour;
    if (hours <= 2 * checkEveryHours) return;
    yield {
      subject: `repository/${environment}`,
      message: `The last check ended ${Math.floor(hours)} hours ago; one is due every ${checkEveryHours} hours.`,
      fix: `\`millwright run start check-repository --environment ${environment}\``,
    };
  },
};

/** In the order in which they are judged. */
export const backupRules: readonly BackupRule[] = [
  proofFailed,
  damaged,
  unopened,
  notBegun,
  gone,
  tooOld,
  forgotten,
  foreignUnfit,
  unchecked,
  secondFailed,
  secondLate,
  secondChangeable,
  drillFailed,
  drillOverdue,
  removalOverdue,
];

/** The same for their pages; a repository shows nothing of what lies in a backup. */
export const backupPages: readonly Rule[] = backupRules.map(
  ({ id, title, group: of, severity, why, sources: from, fix, examples }) => ({
    id,
    title,
    group: of,
    severity,
    why,
    sources: from,
    fix,
    examples,
    needs: [],
    check: () => [],
  }),
);
