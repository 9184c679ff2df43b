/**
 * How fast YAML is read by a process that has just started: our reader, the parser below it alone, and the `yaml`
 * library, alternating, each as one bundled file. `scripts/node bench/yaml.ts [ROUNDS]`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const FILES = 1500;
const MEGABYTES = 4;

const READERS: Readonly<Record<string, string>> = {
  "millwright parseYaml": `import { parseYaml } from "./src/inventory/yaml/parse.ts"; const read = (text) => parseYaml(text).documents.length;`,
  "js-yaml parseEvents": `import { parseEvents } from "js-yaml"; const read = (text) => parseEvents(text, {}).length;`,
  "yaml parseAllDocuments": `import { parseAllDocuments } from "yaml"; const read = (text) => parseAllDocuments(text).length;`,
  "yaml Parser (CST)": `import { Parser } from "yaml"; const read = (text) => [...new Parser().parse(text)].length;`,
};

const MEASURE = `
import { readdirSync, readFileSync } from "node:fs";
const folder = process.argv[2];
const texts = readdirSync(folder).map((name) => readFileSync(folder + "/" + name, "utf8"));
const start = performance.now();
let found = 0;
for (const text of texts) found += read(text);
const end = performance.now();
console.log(JSON.stringify({ parse: end - start, whole: end, found }));
`;

interface Sample {
  /** Milliseconds: reading the texts as YAML, and everything from the start of the process. */
  readonly parse: number;
  readonly whole: number;
}

/** The same files on every machine: what one repository of a platform holds, in its usual mixture. */
function writeTree(folder: string): number {
  let seed = 42;
  const pick = (values: readonly string[]): string => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return values[seed % values.length] ?? "";
  };
  let bytes = 0;
  for (let file = 0; file < FILES; file += 1) {
    let text = "";
    while (text.length < (MEGABYTES * 1e6) / FILES)
      text += `${pick(SHAPES).replaceAll("NAME", () => pick(NAMES))}---\n`;
    writeFileSync(join(folder, `${file}.yaml`), text);
    bytes += text.length;
  }
  return bytes;
}

const NAMES = ["mlflow", "gitlab", "sharinghub", "postgres", "redis", "keycloak", "hub", "proxy", "worker"];

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels: {app.kubernetes.io/name: NAME, app.kubernetes.io/part-of: "platform"}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: NAME
          image: "registry.example.org/team/NAME:v1.20.3"
          args: ["--port", "8080", --verbose]
          env:
            - name: DATABASE_URL # read at start
              value: postgres://NAME:5432/app
            - {name: LOG_LEVEL, value: 'info'}
          resources:
            limits: {cpu: 500m, memory: 1Gi}
            requests:
              cpu: 100m
              memory: 128Mi
          livenessProbe:
            httpGet: {path: /healthz, port: http}
            initialDelaySeconds: 30
`;

const APPLICATION = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: NAME
  namespace: argocd
spec:
  project: default
  sources:
    - repoURL: https://charts.example.org
      chart: NAME
      targetRevision: 4.11.2
      helm:
        valueFiles: [$values/values/NAME.yaml]
        valuesObject:
          image: {repository: team/NAME, tag: "2.1.0"}
          persistence:
            enabled: true
            size: 10Gi
    - repoURL: https://git.example.org/platform.git
      targetRevision: main
      ref: values
  destination: {server: 'https://kubernetes.default.svc', namespace: NAME}
`;

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata:
  name: NAME-scripts
data:
  enabled: "true"
  backup.sh: |
    #!/bin/sh
    set -eu
    for table in users projects; do
      echo "$table of NAME"
    done
  note: >-
    A folded text that
    goes over two lines
`;

const SHAPES = [DEPLOYMENT, APPLICATION, CONFIG];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function main(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-bench-"));
  try {
    const tree = mkdtempSync(join(folder, "tree-"));
    const bytes = writeTree(tree);
    const samples = new Map<string, Sample[]>(Object.keys(READERS).map((name) => [name, []]));
    for (const [index, source] of Object.values(READERS).entries()) {
      const stdin = { contents: source + MEASURE, resolveDir: process.cwd(), loader: "js" as const };
      await build({ stdin, bundle: true, platform: "node", format: "cjs", outfile: join(folder, `${index}.cjs`) });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, name] of Object.keys(READERS).entries()) {
        const printed = execFileSync(process.execPath, [join(folder, `${index}.cjs`), tree], { encoding: "utf8" });
        samples.get(name)?.push(JSON.parse(printed) as Sample);
      }
    }
    console.log(
      `${FILES} files, ${(bytes / 1e6).toFixed(1)} MB, Node ${process.version}, medians of ${rounds} fresh processes`,
    );
    for (const [name, taken] of samples) {
      const parse = median(taken.map((sample) => sample.parse));
      const whole = median(taken.map((sample) => sample.whole));
      console.log(
        `${name.padEnd(24)} ${parse.toFixed(0).padStart(5)} ms  ${(bytes / 1e3 / parse).toFixed(1).padStart(5)} MB/s  process ${whole.toFixed(0)} ms`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main(Number(process.argv[2] ?? 7));
