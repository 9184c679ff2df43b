import { defineRule } from "../../contract.ts";

const wrongRoute = /\/api\/(?:catalog|env|status|v1\/stac)\b[^\s"'`]*/g;

export const wrongRoutes = defineRule({
  id: "sharinghub-route-does-not-exist",
  title: "A check asks SharingHub for a route it never had",
  group: "sharinghub",
  severity: "medium",
  why: "SharingHub serves STAC below /api/stac in every release; /api/catalog, /api/status and /api/env appear only in texts about it. A check on such a route fails always, or is written so that it cannot fail.",
  sources: ["csgroup-oss/sharinghub-server app/router.py, tags 0.1.0 to 0.4.0"],
  fix: "Ask /api/stac, /api/stac/collections, /status (at the root) or /api/config/.",
  needs: ["scripts", "manifests"],
  *check({ scripts, manifests }) {
    const files = new Map([...scripts, ...manifests].map((holder) => [holder.file.path, holder]));
    for (const { file, environment } of files.values()) {
      if (!/sharing-?hub/i.test(file.text)) continue;
      for (const found of file.text.matchAll(wrongRoute)) {
        yield {
          kind: "finding",
          subject: `file/${file.path}`,
          key: found[0].split("/", 3).join("/"),
          environment,
          at: file.locate(found.index),
          message: `${found[0]} is no route of SharingHub`,
          fix: /catalog|stac/.test(found[0]) ? "Use /api/stac instead." : "Use /status or /api/config/ instead.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "a smoke test",
        files: { "smoke.sh": "#!/bin/sh\ncurl -f https://sharinghub.example.org/api/catalog/collections\n" },
      },
    ],
    passing: [
      {
        name: "the real route",
        files: { "smoke.sh": "#!/bin/sh\ncurl -f https://sharinghub.example.org/api/stac/collections\n" },
      },
    ],
  },
});

const wrongLabel = /\bapp=(?:mlflow-)?sharinghub\b/g;

export const wrongLabels = defineRule({
  id: "sharinghub-label-selects-nothing",
  title: "A command selects SharingHub's pods by a label they do not have",
  group: "sharinghub",
  severity: "low",
  why: "The charts label their pods with app.kubernetes.io/name. A selector app=sharinghub finds nothing: logs stay empty, and a wait or a check over no pods is over at once.",
  sources: [
    "csgroup-oss/sharinghub@0.4.2 deploy/helm/sharinghub/templates/_helpers.tpl",
    "csgroup-oss/mlflow-sharinghub@0.2.0 deploy/helm/mlflow-sharinghub/templates/_helpers.tpl",
  ],
  fix: "Select with app.kubernetes.io/name=sharinghub, or =mlflow-sharinghub.",
  needs: ["scripts"],
  *check({ scripts }) {
    for (const script of scripts) {
      for (const found of script.file.text.matchAll(wrongLabel)) {
        yield {
          kind: "finding",
          subject: `script/${script.file.path}`,
          key: found[0],
          environment: script.environment,
          at: script.file.locate(found.index),
          message: `no pod of the chart has the label ${found[0]}`,
          fix: `Write ${found[0].replace("app=", "app.kubernetes.io/name=")}.`,
        };
      }
    }
  },
  examples: {
    failing: [
      { name: "logs of nothing", files: { "logs.sh": "#!/bin/sh\nkubectl logs -n sharinghub -l app=sharinghub\n" } },
    ],
    passing: [
      {
        name: "the chart's label",
        files: { "logs.sh": "#!/bin/sh\nkubectl logs -n sharinghub -l app.kubernetes.io/name=sharinghub\n" },
      },
    ],
  },
});
