import { at, entriesAt, itemsAt, type Node, textAt } from "../../../kernel/tree.ts";
import { isOn, subjectOf } from "../../ask.ts";
import { type Configuration, defineRule, type Location, type RuleFacts } from "../../contract.ts";
import { deployedOf } from "../../deployed.ts";

/** What an Ingress, or the ingress of a chart's values, takes for itself. */
interface Claim {
  readonly owner: string;
  readonly namespace: string | undefined;
  readonly environment: string | undefined;
  readonly at: Location;
  /** `host path` of each rule. */
  readonly routes: readonly string[];
  /** TLS secrets that cert-manager is asked to fill. */
  readonly issuedSecrets: readonly string[];
}

/** A name written out, or a placeholder such as `<domain>` that a person fills in alike everywhere; not a template. */
const constant = /^[\w.*<>-]+$/;

type Facts = Pick<RuleFacts, "manifests" | "files" | "configurations" | "applications">;

function claimsIn({ manifests, files, configurations, applications }: Facts): readonly Claim[] {
  const written = deployedOf(manifests, files)
    .filter(({ kind, name }) => kind === "Ingress" && name !== "")
    .map(({ name, namespace, environment, file, root }) => ({
      owner: `ingress/${name}`,
      namespace,
      environment,
      at: file.locate(root),
      routes: itemsAt(root, "spec", "rules").flatMap((rule) => routesOf(rule, itemsAt(rule, "http", "paths"))),
      issuedSecrets: isIssued(at(root, "metadata", "annotations")) ? secretsOf(itemsAt(root, "spec", "tls")) : [],
    }));
  const rendered = configurations.flatMap((configuration) => {
    const namespace = applications.find(({ name }) => name === configuration.component)?.namespace;
    return claimOf(configuration, namespace) ?? [];
  });
  return [...written, ...rendered];
}

/** The shape that `helm create` gives a chart: ingress.hosts[].{host, paths[].path}, ingress.tls[]. */
function claimOf(configuration: Configuration, namespace: string | undefined): Claim | undefined {
  const ingress = configuration.written("ingress");
  if (!isOn(configuration.written("ingress", "enabled")) || ingress.kind !== "known") return undefined;
  const { node, at: place } = ingress.value;
  return {
    owner: subjectOf(configuration),
    namespace,
    environment: configuration.environment,
    at: place ?? configuration.at,
    routes: itemsAt(node, "hosts").flatMap((host) => routesOf(host, itemsAt(host, "paths"))),
    issuedSecrets: isIssued(at(node, "annotations")) ? secretsOf(itemsAt(node, "tls")) : [],
  };
}

function routesOf(rule: Node, paths: readonly Node[]): readonly string[] {
  const host = textAt(rule, "host");
  if (host === undefined || !constant.test(host)) return [];
  return paths.map((path) => `${host} ${(textAt(path, "path") ?? "/").replace(/(.)\/$/, "$1")}`);
}

function isIssued(annotations: Node | undefined): boolean {
  return entriesAt(annotations).some(({ key }) => /^cert-manager\.io\/(?:cluster-)?issuer$/.test(key.text));
}

function secretsOf(tls: readonly Node[]): readonly string[] {
  return tls.flatMap((entry) => {
    const name = textAt(entry, "secretName");
    return name === undefined || !constant.test(name) ? [] : [name];
  });
}

/** Two claims of one environment that have something in common. */
interface Shared {
  /** The one in the file that is read later; the other was there first. */
  readonly claim: Claim;
  readonly first: Claim;
  readonly thing: string;
  /** Names both, in an order that no move of a file changes. */
  readonly subject: string;
}

function* shared(claims: readonly Claim[], what: (claim: Claim) => readonly string[]): Iterable<Shared> {
  const uses = claims.flatMap((claim) => [...new Set(what(claim))].map((thing) => ({ claim, thing })));
  const groups = Map.groupBy(uses, ({ claim, thing }) => `${claim.environment ?? ""} ${thing}`);
  for (const group of groups.values()) {
    const owners = new Map(group.toReversed().map((use) => [`${use.claim.owner} ${use.claim.namespace ?? ""}`, use]));
    const [first, ...others] = [...owners].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
    if (first === undefined) continue;
    for (const { claim: second, thing } of others) {
      const subject = bothNames(first.claim, second);
      const isLater = claims.indexOf(first.claim) > claims.indexOf(second);
      yield isLater
        ? { claim: first.claim, first: second, thing, subject }
        : { claim: second, first: first.claim, thing, subject };
    }
  }
}

function bothNames(first: Claim, second: Claim): string {
  const alike = first.owner === second.owner;
  const nameOf = ({ owner, namespace }: Claim): string =>
    alike ? `${owner} in ${namespace ?? "no namespace"}` : owner;
  return `${nameOf(first)} and ${nameOf(second)}`;
}

const ingress = (name: string, path: string, secret: string): string =>
  [
    "apiVersion: networking.k8s.io/v1",
    "kind: Ingress",
    "metadata:",
    `  name: ${name}`,
    "  namespace: sharinghub",
    "  annotations: {cert-manager.io/cluster-issuer: letsencrypt}",
    "spec:",
    `  tls: [{hosts: [hub.example.org], secretName: ${secret}}]`,
    "  rules:",
    "    - host: hub.example.org",
    `      http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}]}`,
    "",
  ].join("\n");

export const routeClaimedTwice = defineRule({
  id: "ownership-host-claimed-twice",
  title: "Two Ingresses claim the same host and path",
  group: "ownership",
  severity: "high",
  why: "Which of them answers depends on the controller, mostly the older object. After a rebuild the order is another one, and the host serves the other application.",
  sources: ["https://kubernetes.io/docs/concepts/services-networking/ingress/"],
  fix: "Keep one Ingress for a host and path.",
  needs: ["manifests", "files", "configurations", "applications"],
  *check(facts) {
    for (const { claim, first, thing, subject } of shared(claimsIn(facts), ({ routes }) => routes)) {
      yield {
        kind: "finding",
        subject,
        environment: claim.environment,
        at: claim.at,
        message: `${claim.owner} and ${first.owner} (${first.at.file}) both claim ${thing.replace(" ", "")}`,
        fix: `Remove the route from one of them.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "one path, two services",
        files: { "a.yaml": ingress("web", "/", "web-tls"), "b.yaml": ingress("docs", "/", "docs-tls") },
      },
    ],
    passing: [
      {
        name: "two paths",
        files: { "a.yaml": ingress("web", "/", "web-tls"), "b.yaml": ingress("docs", "/docs", "docs-tls") },
      },
    ],
  },
});

export const certificateOwnedTwice = defineRule({
  id: "ownership-tls-secret-shared",
  title: "Two Ingresses ask cert-manager for the same secret",
  group: "ownership",
  severity: "medium",
  why: "cert-manager makes a Certificate for each annotated Ingress, named after the secret. Two of them with one secret are two owners of one Certificate: whose hosts it carries depends on who was last, and deleting one Ingress can take the certificate of the other.",
  sources: [
    "https://cert-manager.io/docs/usage/ingress/",
    "EOEPCA/eoepca-plus argocd/eoepca/mlops/parts (the shape; no incident known)",
  ],
  fix: "Let one Ingress carry the issuer annotation, or give each its own secretName.",
  needs: ["manifests", "files", "configurations", "applications"],
  *check(facts) {
    const issued = (claim: Claim): readonly string[] =>
      claim.issuedSecrets.map((secret) => `${claim.namespace ?? ""}/${secret}`);
    for (const { claim, first, thing, subject } of shared(claimsIn(facts), issued)) {
      yield {
        kind: "finding",
        subject,
        environment: claim.environment,
        at: claim.at,
        message: `${claim.owner} and ${first.owner} (${first.at.file}) both have cert-manager fill ${thing.replace(/^\//, "")}`,
        fix: "Remove the issuer annotation from one of them; it can go on using the secret.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "one secret, two annotations",
        files: { "a.yaml": ingress("web", "/", "hub-tls"), "b.yaml": ingress("docs", "/docs", "hub-tls") },
      },
    ],
    passing: [
      {
        name: "a secret each",
        files: { "a.yaml": ingress("web", "/", "web-tls"), "b.yaml": ingress("docs", "/docs", "docs-tls") },
      },
    ],
  },
});
