import { isOff, isOn, isTrial, placeIn, subjectOf, textIn, unlessKnown } from "../../ask.ts";
import { isJob, isScheduled, isServed, runs } from "../../backup-evidence.ts";
import { type Application, type Configuration, defineRule, type RuleFacts } from "../../contract.ts";
import { wordsIn } from "../../stores.ts";
import { gitlabExample, gitlabsIn } from "../installed.ts";

const utility = /\bbackup-utility\b/;

function namespaceOf(configuration: Configuration, applications: readonly Application[]): string | undefined {
  return applications.find(({ name }) => name === configuration.component)?.namespace;
}

function isDisposable(configuration: Configuration, { platform }: Pick<RuleFacts, "platform">): boolean {
  return (
    isTrial(configuration.environment) || platform.disposable.some(({ store }) => store === subjectOf(configuration))
  );
}

const cronOn = "global:\n  edition: ce\ngitlab:\n  toolbox:\n    backups:\n      cron:\n        enabled: true";

export const backupNotScheduled = defineRule({
  id: "backups-gitlab-not-scheduled",
  title: "Nothing backs up GitLab on a schedule",
  group: "backups",
  severity: "high",
  why: "The chart backs up nothing by itself: the toolbox's CronJob is off by default, and unlike the Linux package the chart takes no dump before an upgrade. Without a backup of the same version an upgrade that fails after its migrations has no way back.",
  sources: [
    "integratop/gitlab-org-charts-mirror@3403350c8 charts/gitlab/charts/toolbox/values.yaml (backups.cron.enabled: false), doc/backup-restore/backup.md",
  ],
  fix: "Set gitlab.toolbox.backups.cron.enabled: true with a schedule, and prove a backup by restoring it. If this GitLab may be lost, say so under disposable: in millwright.yaml.",
  needs: ["configurations", "applications", "manifests", "scripts", "platform", "served"],
  *check(facts) {
    for (const configuration of gitlabsIn(facts.configurations)) {
      const { component, environment } = configuration;
      const cron = configuration.setting("gitlab", "toolbox", "backups", "cron", "enabled");
      if (isDisposable(configuration, facts) || runs(utility, facts)) continue;
      if (isServed({ names: [component], environment, kinds: ["gitlab"] }, facts.served)) continue;
      if (isScheduled(namespaceOf(configuration, facts.applications), facts.manifests)) continue;
      yield* unlessKnown(configuration, cron);
      if (!isOff(cron)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(cron, configuration),
        message:
          "no backup of GitLab is scheduled: the toolbox's CronJob is off, and no CronJob, script or Velero schedule here does it",
        fix: "Set gitlab.toolbox.backups.cron.enabled: true and gitlab.toolbox.backups.cron.schedule.",
      };
    }
  },
  examples: {
    failing: [
      { name: "the chart as it comes", files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") } },
    ],
    passing: [
      { name: "the toolbox's CronJob", files: { "gitlab.yaml": gitlabExample("9.5.0", cronOn) } },
      {
        name: "a script of its own",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce"),
          "backup.sh": "#!/bin/sh\nkubectl exec -n gitlab deploy/gitlab-toolbox -- backup-utility\n",
        },
      },
      {
        name: "declared disposable",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce"),
          "millwright.yaml":
            "disposable:\n  - store: gitlab/gitlab\n    reason: a mirror that is rebuilt from its source\n",
        },
      },
    ],
    unknown: [
      {
        name: "a chart version from a branch",
        files: { "gitlab.yaml": gitlabExample("'*'", "global:\n  edition: ce") },
      },
    ],
  },
});

/** Every `--skip X` of the commands that call backup-utility, one set a command. */
function skipsIn(text: string): readonly ReadonlySet<string>[] {
  const commands = text.match(/backup-utility(?:[^\n\\;&|]|\\(?:\r?\n|.))*/g) ?? [];
  return commands
    .filter((command) => !/--(?:restore|cleanup)\b/.test(command))
    .map((command) => new Set([...command.matchAll(/--skip[= ]+([a-z_]+)/g)].map(([, component = ""]) => component)));
}

function skippedBy(configuration: Configuration, facts: Pick<RuleFacts, "manifests" | "scripts">): readonly string[] {
  const extra = configuration.written("gitlab", "toolbox", "backups", "cron", "extraArgs");
  const cron = isOn(configuration.setting("gitlab", "toolbox", "backups", "cron", "enabled"));
  const all = [
    ...(cron ? skipsIn(`backup-utility ${textIn(extra) ?? ""}`) : []),
    ...facts.scripts.flatMap(({ file }) => skipsIn(file.text)),
    ...facts.manifests.filter(isJob).flatMap(({ root }) => skipsIn(wordsIn(root))),
  ];
  const [first, ...others] = all;
  return first === undefined ? [] : [...first].filter((component) => others.every((skips) => skips.has(component)));
}

/** Skipping what is switched off loses nothing. */
function isUsed(component: string, configuration: Configuration): boolean {
  if (component === "registry")
    return (
      !isOff(configuration.written("registry", "enabled")) ||
      configuration.written("registry", "enabled").kind === "absent"
    );
  const key = { lfs: "lfs", artifacts: "artifacts", uploads: "uploads", packages: "packages" }[component];
  const enabled = key === undefined ? undefined : configuration.written("global", "appConfig", key, "enabled");
  return enabled === undefined || enabled.kind === "absent" || !isOff(enabled);
}

export const backupSkipsData = defineRule({
  id: "backups-gitlab-skips-data",
  title: "Every GitLab backup leaves something out",
  group: "backups",
  severity: "medium",
  why: "A backup taken with --skip looks whole: it says DONE and has a plausible size. What every run leaves out is missed on the day of the restore. Skipping is right only when another job saves that part, or when it is switched off.",
  sources: [
    "tachyons/gitlab-pages:gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4",
    "integratop/gitlab-org-charts-mirror@3403350c8 doc/backup-restore/backup.md",
  ],
  fix: "Drop the --skip, or add a job that saves the skipped part and name it in its place.",
  needs: ["configurations", "manifests", "scripts"],
  *check(facts) {
    for (const configuration of gitlabsIn(facts.configurations)) {
      const skipped = skippedBy(configuration, facts).filter((component) => isUsed(component, configuration));
      if (skipped.length === 0 || isTrial(configuration.environment)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(configuration.written("gitlab", "toolbox", "backups", "cron", "extraArgs"), configuration),
        message: `no backup of GitLab holds: ${skipped.join(", ")}`,
        fix: `Take ${skipped.map((component) => `--skip ${component}`).join(" and ")} out of one backup, or save it another way.`,
        severity: skipped.some((component) => component === "db" || component === "repositories") ? "high" : "medium",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "the only backup skips the registry, which is in use",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "registry:\n  enabled: true"),
          "backup.sh": "#!/bin/sh\nkubectl exec -n gitlab deploy/gitlab-toolbox -- backup-utility --skip registry\n",
        },
      },
    ],
    passing: [
      {
        name: "the registry is switched off",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "registry:\n  enabled: false"),
          "backup.sh": "#!/bin/sh\nkubectl exec -n gitlab deploy/gitlab-toolbox -- backup-utility --skip registry\n",
        },
      },
      {
        name: "one job a part",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce"),
          "nightly.sh":
            "#!/bin/sh\nkubectl exec deploy/gitlab-toolbox -- backup-utility --skip registry --skip artifacts\n",
          "weekly.sh":
            "#!/bin/sh\nkubectl exec deploy/gitlab-toolbox -- backup-utility --skip db --skip repositories\n",
        },
      },
    ],
  },
});

/** Whether anything here saves the rails secret or makes it anew from a store outside the cluster. */
function savesRailsSecret(name: string, facts: Pick<RuleFacts, "manifests" | "scripts">): boolean {
  const kept = facts.manifests.some(
    (manifest) =>
      ["SealedSecret", "ExternalSecret", "PushSecret", "VaultStaticSecret"].includes(manifest.kind) &&
      (manifest.name === name || wordsIn(manifest.root).includes("rails-secret")),
  );
  return (
    kept ||
    runs(
      /rails-secret|gitlab-secrets\.ya?ml|get\s+secrets?\s+(?:-\S+\s+\S+\s+)*(?:-A|--all-namespaces|-l\s|-o\s)/,
      facts,
    )
  );
}

export const railsSecretNotSaved = defineRule({
  id: "backups-gitlab-rails-secret",
  title: "GitLab's rails secret is in no backup",
  group: "backups",
  severity: "high",
  why: "The chart makes the secret that encrypts columns of the database, and the toolbox's backup does not hold it. A database restored without it starts and looks well, and CI variables, two-factor logins and runner tokens are lost for good.",
  sources: [
    "https://docs.gitlab.com/charts/backup-restore",
    "integratop/gitlab-org-charts-mirror@3403350c8 doc/backup-restore/backup.md",
  ],
  fix: "Save it beside each backup (kubectl get secret RELEASE-rails-secret -o yaml, encrypted), or keep it as a SealedSecret or ExternalSecret and name it in global.railsSecrets.secret.",
  needs: ["configurations", "applications", "manifests", "scripts", "platform"],
  *check(facts) {
    for (const configuration of gitlabsIn(facts.configurations)) {
      const cron = isOn(configuration.setting("gitlab", "toolbox", "backups", "cron", "enabled"));
      if (isDisposable(configuration, facts) || !(cron || runs(utility, facts))) continue;
      const named = textIn(configuration.written("global", "railsSecrets", "secret"));
      if (isScheduled(namespaceOf(configuration, facts.applications), facts.manifests)) continue;
      if (savesRailsSecret(named ?? `${configuration.component}-rails-secret`, facts)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: `GitLab is backed up, and nothing here saves ${named ?? `${configuration.component}-rails-secret`}`,
        fix: `Add a job that saves the secret encrypted, to another place than the backup itself.`,
      };
    }
  },
  examples: {
    failing: [{ name: "a backup without its key", files: { "gitlab.yaml": gitlabExample("9.5.0", cronOn) } }],
    passing: [
      {
        name: "saved by a script",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", cronOn),
          "save-secrets.sh":
            '#!/bin/sh\nkubectl get secret -n gitlab gitlab-rails-secret -o yaml | age -r "$KEY" > rails.age\n',
        },
      },
    ],
  },
});
