import { at, entriesAt, type Node } from "../../kernel/tree.ts";
import { isOff, isOn } from "../ask.ts";
import { type Configuration, defineRule, type Manifest, type System } from "../contract.ts";
import { imageExample, isChart, isImage } from "../end-of-life.ts";
import { sampleApplication } from "../sample.ts";

const retirement = [
  "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
  "https://github.com/kubernetes/ingress-nginx/ (README)",
];

const retired = defineRule({
  id: "end-of-life-ingress-nginx",
  title: "ingress-nginx is retired",
  group: "end-of-life",
  severity: "high",
  why: "Maintenance of ingress-nginx ended in March 2026: no releases, no security fixes. It stands between the internet and everything else, so upgrading it is not a plan; leaving it is.",
  sources: retirement,
  fix: "Move to the Gateway API or to a maintained controller (Envoy Gateway, Traefik, APISIX), one host at a time.",
  needs: ["pins", "now"],
  *check({ pins, now }) {
    for (const pin of pins) {
      const isIt =
        isImage(pin, "ingress-nginx/controller", "nginx-ingress-controller/nginx-ingress-controller") ||
        (isChart(pin, "ingress-nginx") && !/bitnami/.test(pin.source ?? ""));
      if (!isIt) continue;
      yield {
        kind: "finding",
        subject: `${pin.kind}/${pin.name}`,
        environment: pin.environment,
        at: { file: pin.file, line: pin.line, column: pin.column },
        message: `ingress-nginx ${pin.version ?? ""} gets no more security fixes`.replace("  ", " "),
        fix: "Plan the move to another controller; the annotations nginx.ingress.kubernetes.io/* have to be translated.",
        severity: now < "2026-04-01" ? "medium" : "high",
      };
    }
  },
  examples: {
    failing: [
      { name: "its controller", files: imageExample("controller", "registry.k8s.io/ingress-nginx/controller:v1.13.3") },
    ],
    passing: [{ name: "another controller", files: imageExample("controller", "docker.io/traefik:v3.5.0") }],
  },
});

const snippet = /^nginx\.ingress\.kubernetes\.io\/(?:configuration|server|auth)-snippet$/;

function usesSnippet(annotations: Node | undefined): boolean {
  return entriesAt(annotations).some(({ key }) => snippet.test(key.text));
}

/** The one controller of an environment whose values allow no snippets. */
function refusing(
  environment: string | undefined,
  configurations: readonly Configuration[],
): Configuration | undefined {
  const controllers = configurations.filter((one) => one.system === "ingress-nginx" && one.environment === environment);
  const [only] = controllers;
  return controllers.length === 1 && only !== undefined && isOff(only.written("controller", "allowSnippetAnnotations"))
    ? only
    : undefined;
}

const controller = (values: string): string =>
  sampleApplication({
    name: "ingress-nginx",
    repoURL: "https://kubernetes.github.io/ingress-nginx",
    chart: "ingress-nginx",
    targetRevision: "4.13.3",
    values,
  });

const ingress: string = [
  "apiVersion: networking.k8s.io/v1",
  "kind: Ingress",
  "metadata:",
  "  name: mlflow",
  "  annotations:",
  "    nginx.ingress.kubernetes.io/configuration-snippet: proxy_set_header X-Script-Name /mlflow;",
  "spec: {ingressClassName: nginx}",
  "",
].join("\n");

const snippetRefused = defineRule({
  id: "kubernetes-snippet-refused",
  title: "The controller here refuses the snippet of this Ingress",
  group: "kubernetes",
  severity: "high",
  why: "Recent ingress-nginx refuses snippet annotations unless controller.allowSnippetAnnotations is on and the risk level is Critical. The Ingress is then rejected, or served without what the snippet did: below /mlflow that is the header MLflow finds its address by.",
  sources: ["EOEPCA/deployment-guide docs/prerequisites/ingress/nginx.md", ...retirement],
  fix: "Set controller.allowSnippetAnnotations: true and controller.config.annotations-risk-level: Critical, knowing that whoever writes Ingresses then configures NGINX; better, set the header another way.",
  needs: ["manifests", "configurations"],
  *check({ manifests, configurations }) {
    const users = [
      ...manifests.flatMap((manifest) => ofManifest(manifest) ?? []),
      ...configurations.flatMap((one) => ofValues(one) ?? []),
    ];
    for (const { subject, environment, place } of users) {
      const by = refusing(environment, configurations);
      if (by === undefined) continue;
      yield {
        kind: "finding",
        subject,
        environment,
        at: place,
        message: `uses a snippet annotation, and ${by.component} (${by.at.file}) does not allow them`,
        fix: "Set controller.allowSnippetAnnotations: true there, or replace the snippet.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "not allowed",
        files: { "controller.yaml": controller("controller:\n  replicaCount: 2"), "ingress.yaml": ingress },
      },
    ],
    passing: [
      {
        name: "allowed",
        files: {
          "controller.yaml": controller("controller:\n  allowSnippetAnnotations: true"),
          "ingress.yaml": ingress,
        },
      },
    ],
  },
});

interface User {
  readonly subject: string;
  readonly environment: string | undefined;
  readonly place: Configuration["at"];
}

function ofManifest({ kind, name, environment, file, root }: Manifest): User | undefined {
  const annotations = at(root, "metadata", "annotations");
  if (kind !== "Ingress" || !usesSnippet(annotations)) return undefined;
  return { subject: `ingress/${name}`, environment, place: file.locate(annotations ?? root) };
}

function ofValues(configuration: Configuration): User | undefined {
  const annotations = configuration.written("ingress", "annotations");
  if (!isOn(configuration.written("ingress", "enabled")) || annotations.kind !== "known") return undefined;
  if (!usesSnippet(annotations.value.node)) return undefined;
  const { component, system, environment } = configuration;
  return { subject: `${system}/${component}`, environment, place: annotations.value.at ?? configuration.at };
}

export const ingressNginx: System = {
  id: "ingress-nginx",
  title: "ingress-nginx",
  recognition: {
    charts: ["ingress-nginx"],
    images: ["ingress-nginx/controller", "ingress-nginx/kube-webhook-certgen"],
    repositories: ["kubernetes/ingress-nginx"],
  },
  rules: [retired, snippetRefused],
};
