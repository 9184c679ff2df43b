import type { KeptStore } from "./contract.ts";

const sources: KeptStore["sources"] = [
  "csgroup-oss/mlflow-sharinghub@0.2.0 Dockerfile (MLFLOW_BACKEND_STORE_URI=sqlite:///data/mlflow.db)",
  "csgroup-oss/mlflow-sharinghub@0.2.0 deploy/helm/mlflow-sharinghub/values.yaml (postgresql, s3, persistence)",
];

/** Of MLflow, with the plugin that puts SharingHub's permissions over it or without. Which database is used is looked at when it is backed up. */
export const mlflowKeeps: readonly KeptStore[] = [
  {
    id: "database",
    title: "MLflow's tracking database",
    heldBy: [{ kind: "postgresql" }, { kind: "sqlite" }],
    sources,
  },
  {
    id: "artifacts",
    title: "the artifacts of runs and models",
    heldBy: [{ kind: "objects" }, { kind: "files" }],
    sources,
  },
];
