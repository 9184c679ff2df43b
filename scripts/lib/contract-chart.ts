import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Outcome } from "./contract-part.ts";

/** Helm is taken from the path, or built from its module where Go is at hand. */
const root = join(import.meta.dirname, "..", "..");
const helmVersion = "v3.19.2";
const tools = join(root, ".cache", "tools");

interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Record<string, string> } & Record<string, unknown>;
    readonly template?: { readonly metadata: { readonly labels: Record<string, string> } };
  };
}

/** The program, built from its Go module if need be; undefined where neither it nor Go is to be had. */
function helm(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "helm"));
  const found = [join(tools, "helm"), ...onPath].find((path) => existsSync(path));
  if (found !== undefined) return found;
  mkdirSync(tools, { recursive: true });
  const built = spawnSync("go", ["install", `helm.sh/helm/v3/cmd/helm@${helmVersion}`], {
    encoding: "utf8",
    env: { ...process.env, GOBIN: tools, GOFLAGS: "-mod=mod" },
    cwd: tmpdir(),
    timeout: 900_000,
  });
  return built.status === 0 ? join(tools, "helm") : undefined;
}

const valueSets: Readonly<Record<string, string>> = {
  defaults: "",
  "everything on": "ingress: { enabled: true }\ngateway: { enabled: true }\nmonitoring: { serviceMonitor: true }\n",
  "a pool for each environment":
    "workers:\n  - { name: dev, replicas: 1, environments: [development] }\n  - { name: prod, replicas: 2, environments: [production], environmentFrom: [prod-kubeconfig] }\n",
  "backups as Jobs":
    "backupRunner: { enabled: true, scratch: { size: 50Gi, storageClass: fast } }\nconfig:\n  backups: { environments: [{ environment: production, repository: /b, key: 'file:/k' }] }\n",
  "by digest": `image: { repository: registry.example.org/millwright, digest: "sha256:${"0f".repeat(32)}" }\nrbac: { observer: false }\nnetworkPolicy: { enabled: false }\n`,
};

/** Renders the chart and says what is wrong with what comes out; nothing when all is well. */
export function chartComplaints(program: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "millwright-chart-"));
  try {
    return Object.entries(valueSets).flatMap(([name, values]) => {
      const file = join(folder, "values.yaml");
      writeFileSync(file, values);
      const lint = run(program, ["lint", "--strict", "deploy/chart", "--values", file]);
      const rendered = run(program, [
        "template",
        "millwright",
        "deploy/chart",
        "--namespace",
        "millwright",
        "--kube-version",
        "1.34.0",
        "--values",
        file,
      ]);
      const complaints = rendered.status === 0 ? manifestComplaints(rendered.stdout) : [rendered.stderr];
      const audited = join(folder, "rendered");
      mkdirSync(audited, { recursive: true });
      writeFileSync(join(audited, "manifests.yaml"), rendered.stdout);
      const audit = run(join(root, "millwright"), ["audit", audited, "--fail-on", "low"]);
      return [
        ...(lint.status === 0 ? [] : [lint.stdout + lint.stderr]),
        ...complaints,
        ...(audit.status === 0 ? [] : [audit.stdout]),
      ].map((text) => `${name}: ${text}`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]) {
  return spawnSync(program, args, { cwd: root, encoding: "utf8" });
}

function manifestComplaints(text: string): readonly string[] {
  const documents = parseAllDocuments(text);
  const broken = documents.flatMap((document) => document.errors.map(String));
  const manifests = documents
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
  const names = manifests.map((manifest) => `${manifest.kind}/${manifest.metadata?.name}`);
  return [
    ...broken,
    ...manifests
      .filter(
        ({ apiVersion, kind, metadata }) =>
          apiVersion === undefined || kind === undefined || metadata?.name === undefined,
      )
      .map((manifest) => `no object: ${JSON.stringify(manifest).slice(0, 120)}`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `twice: ${name}`),
    ...manifests.flatMap(selectorComplaints),
  ];
}

/** A workload that does not select its own pods is refused by the API server. */
function selectorComplaints({ kind, metadata, spec }: Manifest): readonly string[] {
  const wanted = Object.entries(spec?.selector?.matchLabels ?? {});
  const labels = spec?.template?.metadata.labels;
  if (labels === undefined) return [];
  return wanted
    .filter(([label, value]) => labels[label] !== value)
    .map(([label]) => `${kind}/${metadata?.name} selects ${label}, which its pods do not have`);
}

export async function holdChart(): Promise<Outcome> {
  const program = helm();
  if (program === undefined)
    return { kind: "not-run", what: "helm", why: "neither on the path nor buildable: no Go here" };
  const complaints = chartComplaints(program);
  const count = Object.keys(valueSets).length;
  return { kind: "held", words: `${count} sets of values render, lint and pass the audit`, complaints };
}
