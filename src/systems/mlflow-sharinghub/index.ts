import type { System } from "../contract.ts";
import { mlflowKeeps } from "../keeps-mlflow.ts";
import { logsProbe } from "../probes-logs.ts";
import { certificateProbe } from "../probes-tls.ts";
import { pluginChartFacts, pluginVersionOf } from "./chart.ts";
import { pluginProbes } from "./probes.ts";
import { databaseNotUsed, lostAtRestart, sqliteStore, storeNotBackedUp } from "./rules/store.ts";
import { accessLevels, coreFrozen, projectLink, scriptNameDropped } from "./rules/together.ts";
import { databaseWithoutSecret, extraEnvSpliced, noProbes, privateImage, severalReplicas } from "./rules/values.ts";

/** The plugin that puts SharingHub's permissions over a stock MLflow; its versions are not MLflow's. */
export const mlflowSharinghub: System = {
  id: "mlflow-sharinghub",
  title: "MLflow SharingHub",
  recognition: {
    charts: ["mlflow-sharinghub"],
    images: ["eoepca/mlflow-sharinghub", "csgroup-oss/mlflow-sharinghub", "space_applications/mlflow-sharinghub"],
    repositories: ["csgroup-oss/mlflow-sharinghub"],
    values: [["mlflowSharinghub"]],
  },
  appVersionOf: pluginVersionOf,
  chartFacts: pluginChartFacts,
  rules: [
    lostAtRestart,
    databaseNotUsed,
    sqliteStore,
    storeNotBackedUp,
    severalReplicas,
    databaseWithoutSecret,
    extraEnvSpliced,
    privateImage,
    noProbes,
    accessLevels,
    projectLink,
    scriptNameDropped,
    coreFrozen,
  ],
  keeps: mlflowKeeps,
  probes: [...pluginProbes, certificateProbe, logsProbe],
};
