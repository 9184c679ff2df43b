import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";
import { logsProbe } from "../probes-logs.ts";
import { certificateProbe } from "../probes-tls.ts";
import { gitlabChartFacts, gitlabVersionOf } from "./chart.ts";
import { gitlabKeeps } from "./keeps.ts";
import { gitlabProbes } from "./probes.ts";
import { backupNotScheduled, backupSkipsData, railsSecretNotSaved } from "./rules/backups.ts";
import { gateIgnoresFailed, healthIsNotReadiness, migrationsJobName, restoreSkipsOne } from "./rules/checks.ts";
import {
  bundledDatastores,
  bundledImagesWithdrawn,
  bundledRemoved,
  selfHealDuringDatabaseUpgrade,
} from "./rules/datastores.ts";
import { kubernetesTooNew } from "./rules/kubernetes.ts";
import { brokenRelease, reuseValues, runnerBehind } from "./rules/releases.ts";
import { encryptionKeysMissing } from "./rules/secrets.ts";
import {
  certmanagerKeyRenamed,
  editionNotStated,
  ingressLeftToDefault,
  upgradeCheckOff,
  upgradeUnchecked,
  versionOverridden,
} from "./rules/upgrades.ts";
import { postgresqlWindow, redisWindow } from "./rules/windows.ts";
import { gitlabStores } from "./stores.ts";

const endOfLife = endOfLifeRule({
  product: "gitlab",
  title: "GitLab",
  severity: "medium",
  appVersionOf: gitlabVersionOf,
  matches: (pin) =>
    (pin.kind === "chart" && pin.name === "gitlab") || isImage(pin, "gitlab/gitlab-ce", "gitlab/gitlab-ee"),
  fix: "Plan the way to a maintained line: millwright upgrade plan gitlab. Upstream fixes the newest three minors.",
  examples: {
    failing: { name: "GitLab 17", files: imageExample("gitlab", "gitlab/gitlab-ce:17.1.8-ce.0") },
    passing: { name: "a line newer than the table", files: imageExample("gitlab", "gitlab/gitlab-ce:19.5.0-ce.0") },
  },
});

export const gitlab: System = {
  id: "gitlab",
  title: "GitLab",
  recognition: {
    charts: ["gitlab"],
    images: ["gitlab/gitlab-ce", "gitlab/gitlab-ee", "gitlab-org/build/cng/"],
    values: [
      ["global.hosts.domain", "global.appConfig"],
      ["global.edition", "gitlab"],
      ["global.appConfig", "gitlab.toolbox"],
    ],
  },
  appVersionOf: gitlabVersionOf,
  chartFacts: gitlabChartFacts,
  rules: [
    upgradeCheckOff,
    upgradeUnchecked,
    certmanagerKeyRenamed,
    versionOverridden,
    editionNotStated,
    ingressLeftToDefault,
    brokenRelease,
    runnerBehind,
    kubernetesTooNew,
    reuseValues,
    bundledDatastores,
    bundledRemoved,
    bundledImagesWithdrawn,
    selfHealDuringDatabaseUpgrade,
    postgresqlWindow,
    redisWindow,
    backupNotScheduled,
    backupSkipsData,
    railsSecretNotSaved,
    restoreSkipsOne,
    gateIgnoresFailed,
    healthIsNotReadiness,
    migrationsJobName,
    encryptionKeysMissing,
    endOfLife,
  ],
  probes: [...gitlabProbes, certificateProbe, logsProbe],
  stores: gitlabStores,
  keeps: gitlabKeeps,
};
