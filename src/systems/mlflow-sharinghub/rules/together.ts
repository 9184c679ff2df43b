import { at, entriesAt, itemsAt, type Node, textAt } from "../../../kernel/tree.ts";
import { isAtLeast, isBefore, isTrial, subjectOf } from "../../ask.ts";
import { type Configuration, defineRule, type Manifest } from "../../contract.ts";
import { sampleApplication } from "../../sample.ts";
import { pluginExample, pluginsIn } from "../chart.ts";
import { runningTag } from "./values.ts";

const changelog = "csgroup-oss/sharinghub-server@0.4.0 CHANGELOG.md";

function hubExample(targetRevision: string): string {
  return sampleApplication({
    name: "sharinghub",
    repoURL: "https://github.com/csgroup-oss/sharinghub.git",
    path: "deploy/helm/sharinghub",
    targetRevision,
    values: "image:\n  repository: eoepca/sharinghub",
  });
}

/** The one SharingHub of the same environment; undefined when there is none or a choice. */
function hubOf(plugin: Configuration, configurations: readonly Configuration[]): Configuration | undefined {
  const hubs = configurations.filter(
    ({ system, environment }) => system === "sharinghub" && environment === plugin.environment,
  );
  return hubs.length === 1 ? hubs[0] : undefined;
}

export const accessLevels = defineRule({
  id: "mlflow-access-levels-differ",
  title: "MLflow SharingHub and SharingHub count access levels differently",
  group: "mlflow",
  severity: "high",
  why: "SharingHub 0.3.0 added the guest level and so moved the others by one; MLflow SharingHub 0.2.0 follows. In any other pair MLflow reads the answer wrong: people get one level more or one less than they have.",
  sources: [changelog, "csgroup-oss/mlflow-sharinghub@0.2.0 CHANGELOG.md"],
  fix: "Run SharingHub 0.3.0 or newer with MLflow SharingHub 0.2.0 or newer, and older with older.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const plugin of pluginsIn(configurations)) {
      const hub = hubOf(plugin, configurations);
      if (hub === undefined) continue;
      const [mine, theirs] = [runningTag(plugin), runningTag(hub)];
      const newHubOnly = isAtLeast(theirs, "0.3.0") && isBefore(mine, "0.2.0");
      const newPluginOnly = isBefore(theirs, "0.3.0") && isAtLeast(mine, "0.2.0");
      if (!newHubOnly && !newPluginOnly) continue;
      yield {
        kind: "finding",
        subject: subjectOf(plugin),
        environment: plugin.environment,
        at: plugin.at,
        message: `MLflow SharingHub ${mine} with SharingHub ${theirs}: they count access levels differently`,
        fix: newHubOnly ? "Upgrade MLflow SharingHub to 0.2.0." : "Upgrade SharingHub to 0.3.0 or newer.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a new hub, an old plugin",
        files: {
          "mlflow.yaml": pluginExample(
            "replicaCount: 1",
            '"0.1.0"',
            'repository: eoepca/mlflow-sharinghub, tag: "0.1.0"',
          ),
          "sharinghub.yaml": hubExample('"0.3.0"'),
        },
      },
    ],
    passing: [
      {
        name: "a pair that belongs together",
        files: { "mlflow.yaml": pluginExample("replicaCount: 1"), "sharinghub.yaml": hubExample('"0.3.0"') },
      },
    ],
  },
});

export const projectLink = defineRule({
  id: "mlflow-project-link-broken",
  title: "MLflow's link to the project leads nowhere",
  group: "mlflow",
  severity: "low",
  why: "MLflow SharingHub 0.2.0 links to SharingHub's pages below /ui, where SharingHub served them until 0.3. From 0.4.0 on they are at the root, and the button answers 404. Known from reading both sources, not yet seen on a running pair.",
  sources: ["csgroup-oss/mlflow-sharinghub@0.2.0 hooks/handlers/patch.py", changelog],
  fix: "Redirect /ui to / at the ingress until MLflow SharingHub has a release that knows the new address.",
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    for (const plugin of pluginsIn(configurations)) {
      const hub = hubOf(plugin, configurations);
      if (hub === undefined || !isAtLeast(runningTag(hub), "0.4.0") || !isAtLeast(runningTag(plugin), "0.2.0"))
        continue;
      if (!isBefore(runningTag(plugin), "0.3.0") || manifests.some(redirectsUi)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(plugin),
        environment: plugin.environment,
        at: plugin.at,
        message: `MLflow SharingHub ${runningTag(plugin)} links to /ui, which SharingHub ${runningTag(hub)} no longer serves`,
        fix: "Add an Ingress for /ui that redirects to /.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "plugin 0.2.0 with hub 0.4.1",
        files: { "mlflow.yaml": pluginExample("replicaCount: 1"), "sharinghub.yaml": hubExample('"0.4.1"') },
      },
    ],
    passing: [
      {
        name: "plugin 0.2.0 with hub 0.3.0",
        files: { "mlflow.yaml": pluginExample("replicaCount: 1"), "sharinghub.yaml": hubExample('"0.3.0"') },
      },
    ],
  },
});

function redirectsUi({ kind, root }: Manifest): boolean {
  return kind === "Ingress" && pathsOf(root).some((path) => /^\/ui\b/.test(textAt(path, "path") ?? ""));
}

function pathsOf(root: Node): readonly Node[] {
  return itemsAt(root, "spec", "rules").flatMap((rule) => itemsAt(rule, "http", "paths"));
}

export const scriptNameDropped = defineRule({
  id: "mlflow-script-name-dropped",
  title: "MLflow below a path does not know its own address",
  group: "mlflow",
  severity: "medium",
  why: "Below /mlflow the ingress strips the prefix, and MLflow learns it only from the header X-Script-Name. Without it redirects after login and links point to the root of the host, which is SharingHub.",
  sources: [
    "EOEPCA/eoepca-plus argocd/eoepca/mlops/parts/app-mlflow-sharinghub.yaml (keeps it)",
    "EOEPCA/deployment-guide eoepca-2.0 scripts/mlops/mlflow/ingress-template.yaml (drops it)",
  ],
  fix: "Set the header at the ingress, for NGINX: configuration-snippet with proxy_set_header X-Script-Name /mlflow.",
  needs: ["manifests"],
  *check({ manifests }) {
    for (const ingress of manifests.filter(({ kind }) => kind === "Ingress")) {
      const prefix = prefixOf(ingress);
      const annotations = entriesAt(ingress.root, "metadata", "annotations");
      const handled = annotations.some(
        ({ key, value }) =>
          /plugin-config-name|snippet|middlewares|custom-headers|proxy-set-headers/.test(key.text) && !isSilent(value),
      );
      if (prefix === undefined || handled) continue;
      const subject = `ingress/${ingress.namespace ?? ""}/${ingress.name}`;
      if (takesAnnotations(ingress)) {
        yield {
          kind: "unknown",
          subject,
          environment: ingress.environment,
          at: ingress.file.locate(ingress.root),
          why: `MLflow is served below ${prefix}, and a template fills in further annotations`,
          howToLearn: "Render the template and look for X-Script-Name.",
        };
        continue;
      }
      yield {
        kind: "finding",
        subject,
        environment: ingress.environment,
        at: ingress.file.locate(ingress.root),
        message: `MLflow is served below ${prefix} and no annotation sets X-Script-Name`,
        fix: `Add nginx.ingress.kubernetes.io/configuration-snippet: proxy_set_header X-Script-Name ${prefix}; (the controller has to allow snippets).`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a rewrite without the header",
        files: { "ingress.yaml": ingressExample("nginx.ingress.kubernetes.io/rewrite-target: /$2") },
      },
    ],
    passing: [
      {
        name: "the header set",
        files: {
          "ingress.yaml": ingressExample(
            "nginx.ingress.kubernetes.io/configuration-snippet: proxy_set_header X-Script-Name /mlflow;",
          ),
        },
      },
    ],
    unknown: [
      {
        name: "annotations from a template's data",
        files: {
          "ingress.yaml": ingressExample(
            'nginx.ingress.kubernetes.io/rewrite-target: /$2\n    {{- range $key, $value := (datasource "annotations") }}\n    {{ $key }}: "{{ $value }}"\n    {{- end }}',
          ),
        },
      },
    ],
  },
});

/** Whether a template writes annotations that do not stand here: their names, or whole lines. */
function takesAnnotations({ file, root }: Manifest): boolean {
  const annotations = at(root, "metadata", "annotations");
  if (annotations === undefined) return false;
  if (annotations.kind === "scalar") return annotations.templated;
  if (entriesAt(annotations).some(({ key }) => key.templated)) return true;
  const written = file.text.slice(annotations.start, Math.max(annotations.end, at(root, "spec")?.start ?? 0));
  return /^\s*\{\{-?\s*(?:range|include|toYaml|template|tpl)\b/m.test(written);
}

/** A snippet that does other things does not help; what a named plugin or middleware does cannot be seen, so it counts. */
function isSilent(value: Node): boolean {
  return value.kind === "scalar" && /[;\n ]/.test(value.text) && !/x-script-name/i.test(value.text);
}

/** The path below which an Ingress serves MLflow SharingHub: `/mlflow(/|$)(.*)` is `/mlflow`. */
function prefixOf({ root }: Manifest): string | undefined {
  for (const path of pathsOf(root)) {
    const service = textAt(path, "backend", "service", "name") ?? "";
    const prefix = /^\/[\w-]+/.exec(textAt(path, "path") ?? "")?.[0];
    if (/mlflow-sharinghub/.test(service) && prefix !== undefined) return prefix;
  }
  return undefined;
}

function ingressExample(annotation: string): string {
  return [
    "apiVersion: networking.k8s.io/v1",
    "kind: Ingress",
    "metadata:",
    "  name: mlflow",
    "  namespace: sharinghub",
    "  annotations:",
    `    ${annotation}`,
    "spec:",
    "  rules:",
    "    - host: hub.example.org",
    "      http:",
    "        paths:",
    "          - path: /mlflow(/|$)(.*)",
    "            pathType: ImplementationSpecific",
    "            backend: {service: {name: mlflow-sharinghub, port: {number: 5000}}}",
    "",
  ].join("\n");
}

export const coreFrozen = defineRule({
  id: "mlflow-core-frozen-upstream",
  title: "MLflow's core cannot be patched here",
  group: "mlflow",
  severity: "medium",
  why: "MLflow SharingHub 0.1.0 and 0.2.0 ask for mlflow ~= 2.14.1: a rebuilt image never gets past 2.14. Security fixes of MLflow after that are out of an operator's reach, only upstream can take them in.",
  sources: ["csgroup-oss/mlflow-sharinghub@0.2.0 pyproject.toml (mlflow~=2.14.1)"],
  fix: "Ask upstream for a release, keep the route closed to people without an account, and suppress this finding with a reason and a review date so that it comes back.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const plugin of pluginsIn(configurations)) {
      const tag = runningTag(plugin);
      if (!isAtLeast(tag, "0.1.0") || !isBefore(tag, "0.3.0") || isTrial(plugin.environment)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(plugin),
        environment: plugin.environment,
        at: plugin.at,
        message: `MLflow SharingHub ${tag} stays on MLflow 2.14`,
        fix: "Treat it as blocked upstream: a ticket there, a review date here.",
      };
    }
  },
  examples: {
    failing: [{ name: "version 0.2.0", files: { "mlflow.yaml": pluginExample("replicaCount: 1") } }],
    passing: [
      { name: "a version that is not out yet", files: { "mlflow.yaml": pluginExample("replicaCount: 1", '"0.3.0"') } },
    ],
  },
});
