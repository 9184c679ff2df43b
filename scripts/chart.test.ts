import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { jobObject } from "../src/backups/server/job-object.ts";
import { parseServerConfig } from "../src/findings/server-file.ts";
import { BackupJob } from "../src/platform/server-backup-job.ts";
import { chartRules, observerRules } from "./chart-rules.ts";
import { chartComplaints } from "./lib/contract-chart.ts";

const root = join(import.meta.dirname, "..");
const built = join(root, ".cache", "tools", "helm");

test("the chart grants the observer what deploy/rbac says, word for word", () => {
  assert.equal(readFileSync(chartRules, "utf8"), observerRules());
});

test("the observer's rules grant no writing and no secret", () => {
  const rules = parse(observerRules()) as {
    readonly verbs: readonly string[];
    readonly resources?: readonly string[];
  }[];

  assert.ok(rules.length > 3);
  assert.deepEqual(
    rules.flatMap(({ verbs }) => verbs).filter((verb) => !["get", "list", "watch"].includes(verb)),
    [],
  );
  assert.deepEqual(
    rules.flatMap(({ resources = [] }) => resources).filter((resource) => resource === "secrets" || resource === "*"),
    [],
  );
});

test("chart, image and product have one version", () => {
  const chart = parse(readFileSync(join(root, "deploy", "chart", "Chart.yaml"), "utf8")) as {
    readonly version: string;
    readonly appVersion: string;
  };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };

  assert.deepEqual([chart.version, chart.appVersion], [version, version]);
});

test("the chart renders, lints and passes our own audit", {
  skip: existsSync(built) ? false : "not run: helm (npm run contract builds it)",
}, () => {
  assert.deepEqual(chartComplaints(built), []);
});

type Rendered = readonly (readonly [kind: string, object: unknown])[];

function rendered(values: string): Rendered {
  const args = ["template", "millwright", "deploy/chart", "--namespace", "ops", "--kube-version", "1.34.0"];
  const said = spawnSync(built, [...args, "--values", "-"], { cwd: root, encoding: "utf8", input: values });
  assert.equal(said.status, 0, said.stderr);
  return parseAllDocuments(said.stdout).flatMap((document) => {
    const object = document.toJS() as { readonly kind: string } | null;
    return object === null ? [] : [[object.kind, object] as const];
  });
}

/** As a server reads it. */
function environmentsIn(objects: Rendered) {
  const map = objects.find(([kind]) => kind === "ConfigMap")?.[1] as {
    readonly data: Readonly<Record<string, string>>;
  };
  const text = map.data["millwright.server.yaml"] ?? "";
  const { environments } = parseServerConfig(text, "millwright.server.yaml").backups;
  return new Map(environments.map(({ environment, runner, job }) => [environment, { runner, job }]));
}

test("values alone make backups Jobs: what the chart writes is a configuration that the server takes, and its own wins", {
  skip: existsSync(built) ? false : "not run: helm (npm run contract builds it)",
}, () => {
  const values = `
backupRunner: { enabled: true, scratch: { size: 50Gi, storageClass: fast }, resources: { cpu: 4, memory: 8Gi } }
config:
  mode: observe
  clusters: [{ environment: production, kubeconfig: "file:/k" }, { environment: staging, kubeconfig: "file:/k" }]
  backups:
    environments:
      - { environment: production, repository: /backups, key: "file:/k" }
      - { environment: staging, repository: /other, key: "file:/k", runner: process }
      - environment: development
        repository: /third
        key: "file:/k"
        job: { namespace: data, image: "registry.example.org/own:2", config: own }
`;
  const objects = rendered(values);
  const environments = environmentsIn(objects);
  const production = environments.get("production");

  assert.deepEqual(production, {
    runner: "job",
    job: {
      namespace: "ops",
      serviceAccount: "millwright-backup-runner",
      image: "registry.example.org/millwright-runner:0.1.0",
      config: "backup-runner-config",
      pullSecrets: [],
      cpu: "4",
      memory: "8Gi",
      scratch: "50Gi",
      scratchClass: "fast",
      hours: 24,
    },
  });
  assert.deepEqual(environments.get("staging"), { runner: "process", job: undefined });
  const own = { ...production?.job, namespace: "data", image: "registry.example.org/own:2", config: "own" };
  assert.deepEqual(environments.get("development"), { runner: "job", job: own });
  const job = jobObject(BackupJob.parse(production?.job), { args: ["backup", "run"], environment: "production" });
  const policy = JSON.stringify(
    objects.find(([kind, object]) => kind === "NetworkPolicy" && JSON.stringify(object).includes("backup-runner"))?.[1],
  );
  for (const label of ["app.kubernetes.io/name", "app.kubernetes.io/component"])
    assert.ok(
      policy.includes(`"${label}":"${job.metadata.labels?.[label]}"`),
      `the policy selects the Job by ${label}`,
    );
  assert.ok(!JSON.stringify(rendered("")).includes("backup-runner"), "nothing of it unless it is enabled");
});

test("the chart and deploy/rbac make no object of the same name: either may come and go without the other", () => {
  const objects = (text: string): readonly string[] =>
    text.split(/^---$/m).flatMap((part) => {
      const [kind, name] = [/^kind: (\S+)$/m.exec(part)?.[1], /^metadata:\n\s+name: (\S+)$/m.exec(part)?.[1]];
      return kind === undefined || name === undefined ? [] : [`${kind}/${name}`];
    });
  const read = (...path: readonly string[]): string => readFileSync(join(root, "deploy", ...path), "utf8");
  const template = read("chart", "templates", "access.yaml").replaceAll(
    '{{ include "millwright.name" . }}',
    "millwright",
  );
  const ofChart = objects(template.replace(/^\{\{.*\n/gm, ""));
  const byHand = ["observer", "backup-runner", "backup-reader", "changer", "restorer"].flatMap((file) =>
    objects(read("rbac", `${file}.yaml`)),
  );
  assert.deepEqual([ofChart.length, byHand.length > 8], [3, true]);
  assert.deepEqual(
    ofChart.filter((name) => byHand.includes(name)),
    [],
  );
});
