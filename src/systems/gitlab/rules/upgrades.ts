import { compareVersions } from "../../../kernel/version.ts";
import { isAtLeast, isBefore, isOff, isOn, placeIn, subjectOf, textIn } from "../../ask.ts";
import { type Configuration, defineRule } from "../../contract.ts";
import { gitlabExample, gitlabsIn, versionIn } from "../installed.ts";

const charts = "integratop/gitlab-org-charts-mirror@3403350c8";

/** A sibling environment that already runs a newer chart: then what comes next here is an upgrade, not a first install. */
function newerElsewhere(here: Configuration, all: readonly Configuration[]): Configuration | undefined {
  return all.find(
    (other) =>
      other.environment !== here.environment &&
      versionIn(other) !== undefined &&
      versionIn(here) !== undefined &&
      compareVersions(versionIn(other) ?? "", versionIn(here) ?? "") > 0,
  );
}

export const upgradeCheckOff = defineRule({
  id: "gitlab-upgrade-check-off",
  title: "GitLab's upgrade check is switched off",
  group: "gitlab",
  severity: "high",
  why: "The chart's check is what stops an upgrade that skips a required stop. Argo CD runs it also on the very first sync, where it must fail, so people switch it off to install and forget to switch it on again. From then on nothing in the cluster refuses a skipped stop, and a skipped stop leaves a database that only a restore mends.",
  sources: [
    `${charts} templates/_runcheck.tpl, templates/upgrade_check_hook.yaml`,
    "https://github.com/argoproj/argo-cd/issues/7536",
  ],
  fix: "Set upgradeCheck.enabled: true (or delete the key) once the first sync has succeeded.",
  needs: ["configurations"],
  *check({ configurations }) {
    const all = gitlabsIn(configurations);
    for (const configuration of all) {
      const setting = configuration.setting("upgradeCheck", "enabled");
      if (!isOff(setting) || setting.kind === "absent") continue;
      const at = placeIn(setting, configuration);
      const { environment } = configuration;
      const subject = subjectOf(configuration);
      const newer = newerElsewhere(configuration, all);
      if (newer === undefined) {
        yield {
          kind: "unknown",
          subject,
          environment,
          at,
          why: "upgradeCheck.enabled is false: right before the first sync, a fault before any upgrade, and a repository cannot tell which comes next",
          howToLearn:
            "kubectl get configmap -n gitlab -l app=gitlab | grep chart-info: if it exists, GitLab is installed; then set upgradeCheck.enabled: true",
        };
      } else {
        yield {
          kind: "finding",
          subject,
          environment,
          at,
          message: `upgradeCheck.enabled is false, and ${newer.environment ?? newer.component} already runs chart ${newer.chartVersion}: the next change here is an upgrade from ${configuration.chartVersion}, and nothing would refuse a skipped stop`,
          fix: "Set upgradeCheck.enabled: true here before the upgrade.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "staging is ahead, so production will be upgraded",
        files: {
          "staging/gitlab.yaml": gitlabExample("9.5.0", "upgradeCheck:\n  enabled: true"),
          "production/gitlab.yaml": gitlabExample("9.2.0", "upgradeCheck:\n  enabled: false"),
        },
      },
    ],
    passing: [
      {
        name: "left at the chart's default",
        files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") },
      },
    ],
    unknown: [
      {
        name: "switched off, perhaps for the first sync",
        files: { "gitlab.yaml": gitlabExample("9.1.4", "upgradeCheck:\n  enabled: false") },
      },
    ],
  },
});

export const upgradeUnchecked = defineRule({
  id: "gitlab-upgrade-unchecked",
  title: "This change upgrades GitLab with its check switched off",
  group: "gitlab",
  severity: "high",
  why: "The chart's check refuses an upgrade that skips a required stop. With upgradeCheck.enabled: false the same change starts migrations that cannot run, and the database has to be restored.",
  sources: [`${charts} templates/_runcheck.tpl`],
  fix: "Set upgradeCheck.enabled: true in the same change.",
  needs: ["configurations", "change"],
  *check({ configurations, change }) {
    for (const configuration of gitlabsIn(configurations)) {
      const setting = configuration.setting("upgradeCheck", "enabled");
      const moves = change.moves.filter(
        ({ system, environment, from, to }) =>
          system === "gitlab" && environment === configuration.environment && compareVersions(to, from) > 0,
      );
      const [move] = moves;
      if (move === undefined || setting.kind === "absent" || !isOff(setting)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(setting, configuration),
        message: `${move.name} goes from ${move.from} to ${move.to}, and upgradeCheck.enabled is false`,
        fix: "Set upgradeCheck.enabled: true; the first sync is long past.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "an upgrade without the check",
        before: { "gitlab.yaml": gitlabExample("9.2.0", "upgradeCheck:\n  enabled: false") },
        files: { "gitlab.yaml": gitlabExample("9.5.0", "upgradeCheck:\n  enabled: false") },
      },
    ],
    passing: [
      {
        name: "an upgrade with the check",
        before: { "gitlab.yaml": gitlabExample("9.2.0", "upgradeCheck:\n  enabled: false") },
        files: { "gitlab.yaml": gitlabExample("9.5.0", "upgradeCheck:\n  enabled: true") },
      },
    ],
  },
});

export const certmanagerKeyRenamed = defineRule({
  id: "gitlab-certmanager-key-renamed",
  title: "certmanager.install was renamed to installCertmanager",
  group: "gitlab",
  severity: "high",
  why: "Chart 9.3 brings a cert-manager whose chart validates its values, so the switch moved to installCertmanager. An upgrade to 9.3 or later that still sets certmanager.install fails its check.",
  sources: [`${charts} doc/releases/9_0.md`],
  fix: "Rename certmanager.install to installCertmanager, with the same value.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      const old = configuration.written("certmanager", "install");
      if (old.kind !== "known" || !isAtLeast(configuration.chartVersion, "9.0")) continue;
      const soon = isBefore(configuration.chartVersion, "9.3");
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(old, configuration),
        message: soon
          ? `certmanager.install works in chart ${configuration.chartVersion} for the last time: from 9.3 on the upgrade fails`
          : `certmanager.install is set, and chart ${configuration.chartVersion} refuses it`,
        fix: `Write installCertmanager: ${old.value.text ?? "false"} at the top level instead; it is understood from chart 9.0 on.`,
        severity: soon ? "low" : "high",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "the old key with chart 9.5",
        files: { "gitlab.yaml": gitlabExample("9.5.0", "certmanager:\n  install: false") },
      },
      {
        name: "the old key with chart 9.1, a warning",
        files: { "gitlab.yaml": gitlabExample("9.1.4", "certmanager:\n  install: false") },
      },
    ],
    passing: [
      { name: "the new key", files: { "gitlab.yaml": gitlabExample("9.5.0", "installCertmanager: false") } },
      {
        name: "the old key where it is the right one",
        files: { "gitlab.yaml": gitlabExample("8.11.8", "certmanager:\n  install: false") },
      },
    ],
  },
});

export const versionOverridden = defineRule({
  id: "gitlab-version-not-the-charts",
  title: "global.gitlabVersion is not the version of the chart",
  group: "gitlab",
  severity: "high",
  why: "The templates of a chart version fit one GitLab version. global.gitlabVersion swaps the images under them, and also the version that the chart's upgrade check compares, so a skipped stop passes it.",
  sources: [
    `${charts} values.yaml (global.gitlabVersion), templates/_runcheck.tpl, doc/installation/version_mappings.md`,
  ],
  fix: "Remove global.gitlabVersion and choose the chart version that carries the GitLab version you want.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      const setting = configuration.written("global", "gitlabVersion");
      const written = textIn(setting)?.replace(/^v/, "");
      const expected = versionIn(configuration);
      if (written === undefined || expected === undefined || compareVersions(written, expected) === 0) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(setting, configuration),
        message: `chart ${configuration.chartVersion} is made for GitLab ${expected}, and global.gitlabVersion says ${written}`,
        fix: `Remove global.gitlabVersion; chart ${configuration.chartVersion} then runs GitLab ${expected}.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "another version than the chart's",
        files: { "gitlab.yaml": gitlabExample("9.1.4", 'global:\n  gitlabVersion: "18.2.0"') },
      },
    ],
    passing: [
      {
        name: "the chart's own version",
        files: { "gitlab.yaml": gitlabExample("9.1.4", 'global:\n  gitlabVersion: "v18.1.4"') },
      },
    ],
  },
});

export const editionNotStated = defineRule({
  id: "gitlab-edition-not-stated",
  title: "GitLab's edition is left to the chart",
  group: "gitlab",
  severity: "low",
  why: "A backup restores only onto the same version and the same edition. The chart's default is ee; whoever rebuilds this GitLab from another place, or from a backup, has to know which edition wrote the data.",
  sources: [
    `${charts} values.yaml (global.edition: ee)`,
    "https://docs.gitlab.com/administration/backup_restore/restore_gitlab.html",
  ],
  fix: "State global.edition: ee or ce, whichever runs today.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      const edition = configuration.written("global", "edition");
      if (edition.kind !== "absent" || isOn(edition) || configuration.chartVersion === undefined) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: "global.edition is not set, so the chart installs ee",
        fix: "Set global.edition: ee if that is what runs; changing it is a migration, not a default.",
      };
    }
  },
  examples: {
    failing: [{ name: "no edition", files: { "gitlab.yaml": gitlabExample("9.5.0", "installCertmanager: false") } }],
    passing: [
      { name: "community edition", files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") } },
    ],
  },
});

export const ingressLeftToDefault = defineRule({
  id: "gitlab-ingress-left-to-default",
  title: "GitLab's way in changes with chart 10",
  group: "gitlab",
  severity: "high",
  why: "Up to chart 9 the bundled NGINX is on by default; chart 10 has it off and expects the Gateway API with Envoy Gateway. A repository that never said which one it uses loses its way in with the upgrade.",
  sources: ["nobidev/gitlab-charts:doc/releases/10_0.md @0931d4199", "nobidev/gitlab-charts values.yaml @00299f1c4"],
  fix: "State what serves GitLab: nginx-ingress.enabled, or global.ingress.class for a controller of your own, or the Gateway API's keys.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      if (!isAtLeast(configuration.chartVersion, "10.0")) continue;
      const stated = [
        configuration.written("nginx-ingress", "enabled"),
        configuration.written("global", "ingress", "class"),
        configuration.written("global", "ingress", "enabled"),
        configuration.written("global", "gatewayApi"),
      ];
      if (stated.some((setting) => setting.kind !== "absent")) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: `chart ${configuration.chartVersion} no longer installs NGINX by default, and the values do not say what serves GitLab`,
        fix: "Set global.ingress.class to your own controller, or choose the Gateway API, before the sync.",
      };
    }
  },
  examples: {
    failing: [
      { name: "nothing said, chart 10", files: { "gitlab.yaml": gitlabExample("10.0.1", "global:\n  edition: ce") } },
    ],
    passing: [
      {
        name: "a class of its own",
        files: { "gitlab.yaml": gitlabExample("10.0.1", "global:\n  ingress:\n    class: traefik") },
      },
      { name: "nothing said, chart 9", files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") } },
    ],
  },
});
