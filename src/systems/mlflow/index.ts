import { isAtLeast } from "../ask.ts";
import { defineRule, type Manifest, type Script, type System } from "../contract.ts";
import { mlflowKeeps } from "../keeps-mlflow.ts";
import { mlflowProbes } from "./probes.ts";
import { mlflowStores } from "./stores.ts";

const removedCalls: readonly { readonly call: RegExp; readonly instead: string }[] = [
  { call: /\b2\.0\/mlflow\/experiments\/list\b/g, instead: "POST 2.0/mlflow/experiments/search with max_results" },
  { call: /\b2\.0\/mlflow\/registered-models\/list\b/g, instead: "GET 2.0/mlflow/registered-models/search" },
  { call: /\bmlflow\s+experiments\s+list\b/g, instead: "mlflow experiments search" },
  { call: /\bmlflow\s+models\s+list\b/g, instead: "GET 2.0/mlflow/registered-models/search" },
];

function* callsIn(
  holder: Script | Manifest,
): Iterable<{ readonly offset: number; readonly text: string; readonly instead: string }> {
  for (const { call, instead } of removedCalls) {
    for (const found of holder.file.text.matchAll(call)) yield { offset: found.index, text: found[0], instead };
  }
}

const removedApi = defineRule({
  id: "mlflow-removed-api",
  title: "A check calls an MLflow route or command that was removed",
  group: "mlflow",
  severity: "medium",
  why: "MLflow 2.0 removed the list calls. A check that still uses them answers 404 or an error on every server of today; one that ignores the answer proves nothing.",
  sources: ["mlflow/mlflow#6785, #6786, #6787, #6790 (removed in 2.0)", "mlflow/mlflow#6550 (deprecated)"],
  fix: "Use the search calls, through the project's address with a token, and expect a known object in the answer.",
  needs: ["scripts", "manifests"],
  *check({ scripts, manifests }) {
    const holders = new Map([...scripts, ...manifests].map((holder) => [holder.file.path, holder]));
    for (const holder of holders.values()) {
      for (const { offset, text, instead } of callsIn(holder)) {
        yield {
          kind: "finding",
          subject: `file/${holder.file.path}`,
          key: text.replace(/\s+/g, " "),
          environment: holder.environment,
          at: holder.file.locate(offset),
          message: `${text.replace(/\s+/g, " ")} is gone since MLflow 2.0`,
          fix: `Use ${instead}.`,
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "a smoke test",
        files: { "smoke.sh": "#!/bin/sh\ncurl -f https://hub.example.org/mlflow/api/2.0/mlflow/experiments/list\n" },
      },
    ],
    passing: [
      {
        name: "the search call",
        files: {
          "smoke.sh":
            "#!/bin/sh\ncurl -f -d '{\"max_results\": 1}' https://hub.example.org/mlflow/api/2.0/mlflow/experiments/search\n",
        },
      },
    ],
  },
});

const pluginNeedsTwo = defineRule({
  id: "mlflow-3-with-plugin",
  title: "MLflow 3 in an image with the SharingHub plugin",
  group: "mlflow",
  severity: "high",
  why: "MLflow 3 serves with uvicorn by default and the plugin is a WSGI application, so the permission checks do not run unmodified; and a store that MLflow 3 has written cannot be read by MLflow 2 again.",
  sources: [
    "csgroup-oss/mlflow-sharinghub@0.2.0 pyproject.toml (mlflow~=2.14.1)",
    "mlflow/mlflow mlflow/server/__init__.py",
    "https://documentation.ubuntu.com/charmed-mlflow/how-to/deploy/mlflow-3-experimental/upgrade-mlflow-2-to-mlflow-3/",
  ],
  fix: "Stay on the MLflow the plugin asks for.",
  needs: ["pins"],
  *check({ pins }) {
    const plugins = new Set(
      pins
        .filter(({ kind, name }) => kind === "package" && /^mlflow[-_]sharinghub$/i.test(name))
        .map(({ file }) => file),
    );
    for (const pin of pins) {
      if (pin.kind !== "package" || pin.name.toLowerCase() !== "mlflow" || !plugins.has(pin.file)) continue;
      if (!isAtLeast(pin.version?.replace(/^[=~>]+\s*/, ""), "3")) continue;
      yield {
        kind: "finding",
        subject: "package/mlflow",
        environment: pin.environment,
        at: { file: pin.file, line: pin.line, column: pin.column },
        message: `mlflow ${pin.version} beside the plugin, which asks for 2.14`,
        fix: "Use mlflow ~= 2.14.1.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "an image of its own",
        files: { Dockerfile: "FROM python:3.12.11-slim\nRUN pip install mlflow==3.1.0 mlflow-sharinghub==0.2.0\n" },
      },
    ],
    passing: [
      {
        name: "the version the plugin asks for",
        files: { Dockerfile: "FROM python:3.12.11-slim\nRUN pip install mlflow==2.14.3 mlflow-sharinghub==0.2.0\n" },
      },
    ],
  },
});

/** MLflow itself; the deployment with SharingHub's permissions is a system of its own. */
export const mlflow: System = {
  id: "mlflow",
  title: "MLflow",
  recognition: {
    charts: ["mlflow"],
    images: ["mlflow/mlflow", "burakince/mlflow", "bitnami/mlflow", "bitnamilegacy/mlflow"],
    repositories: ["mlflow/mlflow"],
  },
  rules: [removedApi, pluginNeedsTwo],
  probes: mlflowProbes,
  stores: mlflowStores,
  keeps: mlflowKeeps,
};
