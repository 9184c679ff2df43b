import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { systems } from "../systems/index.ts";
import { type Audit, audit } from "./audit.ts";
import { memoryTree } from "./examples.ts";

function audited(files: Readonly<Record<string, string>>): Promise<Audit> {
  const rules = systems.flatMap((system) => system.rules ?? []);
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
