import { scalarAt, textAt } from "../../kernel/tree.ts";
import { isAtLeast, isOn, releaseOf, subjectOf, textIn } from "../ask.ts";
import { type Configuration, defineRule, type Location, type Manifest, type System } from "../contract.ts";
import { sampleApplication } from "../sample.ts";
import { containersOf, splitReference, wordsIn } from "../stores.ts";

const upgradePage = "https://velero.io/docs/v1.19/upgrade-to-1.19";

const installation = (values: string): string =>
  sampleApplication({
    name: "velero",
    repoURL: "https://vmware-tanzu.github.io/helm-charts",
    chart: "velero",
    targetRevision: "8.1.0",
    values,
  });

const schedule = [
  "apiVersion: velero.io/v1",
  "kind: Schedule",
  "metadata: {name: nightly, namespace: velero}",
  "spec:",
  "  schedule: 0 2 * * *",
  "  template: {includedNamespaces: ['*'], ttl: 720h0m0s}",
  "",
].join("\n");

function velerosIn(configurations: readonly Configuration[]): readonly Configuration[] {
  return configurations.filter(({ system }) => system === "velero");
}

interface Uploader {
  readonly subject: string;
  readonly environment: string | undefined;
  readonly at: Location;
  readonly version: string | undefined;
}

/** Veleros whose file backups are made by restic. */
function resticIn(manifests: readonly Manifest[], configurations: readonly Configuration[]): readonly Uploader[] {
  const deployed = manifests
    .filter(
      ({ kind, root }) =>
        (kind === "Deployment" || kind === "DaemonSet") && /--uploader-type[= ]restic\b/.test(wordsIn(root)),
    )
    .map(({ name, namespace, environment, file, root }) => {
      const image = scalarAt(
        containersOf({ name, namespace, environment, file, root, kind: "Deployment", apiVersion: "apps/v1" })[0],
        "image",
      );
      const version = image === undefined ? undefined : splitReference(image.text).tag;
      return { subject: `deployment/${namespace ?? ""}/${name}`, environment, at: file.locate(image ?? root), version };
    });
  const charted = velerosIn(configurations).flatMap((one) => {
    const type = one.written("configuration", "uploaderType");
    if (textIn(type) !== "restic" || type.kind !== "known") return [];
    const version = textIn(one.written("image", "tag"));
    return [{ subject: subjectOf(one), environment: one.environment, at: type.value.at ?? one.at, version }];
  });
  return [...deployed, ...charted];
}

const resticRemoved = defineRule({
  id: "backups-velero-restic",
  title: "Velero's restic backups cannot be restored from 1.19 on",
  group: "backups",
  severity: "high",
  why: "Velero 1.19 removed restic: backups made with it are no longer synced, and restoring one fails its validation. The upgrade takes the old backups out of reach on the day it is done.",
  sources: [upgradePage],
  fix: "Change the uploader to kopia on the version that runs today, wait until the restic backups are past their retention, then upgrade.",
  needs: ["manifests", "configurations"],
  *check({ manifests, configurations }) {
    for (const { subject, environment, at, version } of resticIn(manifests, configurations)) {
      const gone = isAtLeast(version, "1.19");
      yield {
        kind: "finding",
        subject,
        environment,
        at,
        message: gone
          ? `Velero ${version} has no restic any more, and the uploader is restic`
          : `the uploader is restic${releaseOf(version) === undefined ? "" : ` on Velero ${version}`}; 1.19 will not read these backups`,
        fix: gone
          ? "Go back to 1.18 to restore old backups; set the uploader to kopia."
          : "Set the uploader to kopia now, well before the upgrade to 1.19.",
        severity: gone ? "critical" : "medium",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "restic by the chart's values",
        files: { "velero.yaml": installation("configuration:\n  uploaderType: restic") },
      },
    ],
    passing: [{ name: "kopia", files: { "velero.yaml": installation("configuration:\n  uploaderType: kopia") } }],
  },
});

const noSchedule = defineRule({
  id: "backups-velero-no-schedule",
  title: "Velero is installed and backs up nothing",
  group: "backups",
  severity: "high",
  why: "Velero makes no backup until a Schedule, or somebody by hand, asks for one. An installation without a schedule looks like a backup and is none.",
  sources: ["https://velero.io/docs/v1.19/api-types/schedule/"],
  fix: "Add a Schedule, or schedules: in the chart's values.",
  needs: ["manifests", "configurations"],
  *check({ manifests, configurations }) {
    const scheduled = manifests.some(
      ({ apiVersion, kind, root }) =>
        apiVersion.startsWith("velero.io/") && kind === "Schedule" && textAt(root, "spec", "paused") !== "true",
    );
    for (const configuration of velerosIn(configurations)) {
      const schedules = configuration.written("schedules");
      if (scheduled || isOn(schedules) || schedules.kind === "unknown") continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: "Velero is installed, and there is no Schedule",
        fix: "Add a Schedule of kind velero.io/v1 with includedNamespaces and ttl.",
      };
    }
  },
  examples: {
    failing: [{ name: "no schedule", files: { "velero.yaml": installation("configuration:\n  uploaderType: kopia") } }],
    passing: [
      {
        name: "a nightly schedule",
        files: { "velero.yaml": installation("configuration:\n  uploaderType: kopia"), "schedule.yaml": schedule },
      },
    ],
  },
});

export const velero: System = {
  id: "velero",
  title: "Velero",
  recognition: {
    charts: ["velero"],
    images: ["velero/velero", "velero/velero-plugin-for-aws", "bitnami/velero"],
    repositories: ["vmware-tanzu/velero"],
    apiGroups: ["velero.io"],
  },
  rules: [resticRemoved, noSchedule],
};
