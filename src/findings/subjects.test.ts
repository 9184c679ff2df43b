import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { systems } from "../systems/index.ts";
import { type Audit, audit } from "./audit.ts";
import { memoryTree } from "./examples.ts";
import { generalRules } from "./rules/index.ts";

function audited(files: Readonly<Record<string, string>>): Promise<Audit> {
  const rules = [...generalRules, ...systems.flatMap((system) => system.rules ?? [])];
  return audit({
    tree: memoryTree(files),
    config: defaultConfig,
    systems,
    rules,
    now: instantOf(Date.UTC(2026, 10, 20)),
  });
}

async function of(rule: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await audited(files);
  return findings
    .filter((finding) => finding.rule === rule)
    .map(({ id, subject }) => `${id} ${subject}`)
    .sort();
}

const ingress = (name: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: hub
  annotations: { cert-manager.io/cluster-issuer: letsencrypt }
spec:
  tls: [{ hosts: [hub.example.org], secretName: hub-tls }]
  rules:
    - host: hub.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
`;

const application = (name: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: web
  source: { repoURL: https://git.example.org/web.git, path: deploy, targetRevision: v1.4.2 }
  destination: { server: https://kubernetes.default.svc, namespace: web }
`;

for (const [rule, write, pair] of [
  ["ownership-tls-secret-shared", ingress, "ingress/docs and ingress/web"],
  ["ownership-host-claimed-twice", ingress, "ingress/docs and ingress/web"],
  ["ownership-two-applications", application, "application/docs and application/web"],
] as const) {
  test(`${rule} is about both, whichever file is read first`, async () => {
    const one = await of(rule, { "a.yaml": write("web"), "b.yaml": write("docs") });
    const other = await of(rule, { "b.yaml": write("web"), "a.yaml": write("docs") });

    assert.equal(one.length, 1);
    assert.ok(one[0]?.endsWith(` ${pair}`), one[0]);
    assert.deepEqual(one, other);
  });
}

test("an Application whose name a template fills in is named by its file", async () => {
  const templated = application("TEMPLATED").replace("TEMPLATED", "'{{ printf \"%s-web\" .name }}'");

  const { findings } = await audited({ "apps/team-apps.yaml": templated.replace("v1.4.2", "main") });

  const subjects = findings.map(({ subject }) => subject).filter((subject) => subject.startsWith("application/"));
  assert.ok(subjects.length > 0);
  assert.deepEqual([...new Set(subjects)], ["application/(templated) in team-apps"]);
});

for (const [tag, says] of [
  ["15-alpine", "names a line of releases"],
  ["spark-3.5", "names a line of releases"],
  ["celeborn-arm64", "is a name its owner can point elsewhere"],
  ["vcpkg-centos-9", "is a name its owner can point elsewhere"],
] as const) {
  test(`the tag ${tag} ${says}`, async () => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: "registry.example.org/a:${tag}" }] }\n`;

    const { findings } = await audited({ "pod.yaml": pod });

    const messages = findings.filter(({ rule }) => rule === "pinning-image-floating").map(({ message }) => message);
    assert.equal(messages.length, 1);
    assert.ok(messages[0]?.includes(says), messages[0]);
  });
}

const database = (namespace: string | undefined): string => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db${namespace === undefined ? "" : `, namespace: ${namespace}`} }
spec:
  template:
    spec:
      containers: [{ name: db, image: "postgres:16.9" }]
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { resources: { requests: { storage: 8Gi } } } }]
`;

test("two databases of one name in two namespaces, or two folders, are two findings", async () => {
  const rule = "backups-store-without-backup";

  const namespaces = await of(rule, { "a.yaml": database("shop"), "b.yaml": database("tracking") });
  const folders = await of(rule, { "shop/db.yaml": database(undefined), "tracking/db.yaml": database(undefined) });

  assert.deepEqual(namespaces.map((line) => line.replace(/^\S+ /, "")).sort(), [
    "postgresql/shop/db",
    "postgresql/tracking/db",
  ]);
  assert.equal(folders.length, 2);
  const moved = await of(rule, {
    "all/shop/db.yaml": database(undefined),
    "all/tracking/db.yaml": database(undefined),
  });
  assert.deepEqual(moved, folders);
});

test("a database is named by its namespace and name, whatever the folder", async () => {
  const rule = "backups-store-without-backup";

  const one = await of(rule, { "apps/db.yaml": database("shop") });

  assert.match(one[0] ?? "", / postgresql\/shop\/db$/);
  assert.deepEqual(await of(rule, { "elsewhere/db.yaml": database("shop") }), one);
});
