// oxlint-disable no-restricted-imports -- tests start the lab's API server
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startKubernetes } from "../../../lab/kubernetes/index.ts";
import { WorkloadPart } from "../../backups/fence/workload.ts";
import { databaseWith } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright } from "../shell.test-support.ts";

const dir = mkdtempSync(join(tmpdir(), "millwright-backup-fence-"));
const lab = await startKubernetes({ stepMs: 2 });
after(() => {
  lab.close();
  rmSync(dir, { recursive: true, force: true });
});
lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "mlflow" } }]);
const kubeconfig = lab.kubeconfig("admin");
chmodSync(kubeconfig, 0o600);
const cluster = openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
const deployments = { apiVersion: "apps/v1", plural: "deployments" };
await cluster.create(
  deployments,
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "mlflow", namespace: "mlflow" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "mlflow" } },
      template: {
        metadata: { labels: { app: "mlflow" } },
        spec: { containers: [{ name: "main", image: "registry.example.org/mlflow:1" }] },
      },
    },
  },
  { fieldManager: "test" },
);

for (const [name, text] of [
  ["key", "canary-fence\n"],
  ["url", await databaseWith("create table runs (id int)")],
] as const)
  writeFileSync(join(dir, name), text, { mode: 0o600 });

function configure(mode: string, withCluster = true, first = ""): void {
  const config = `mode: ${mode}
${withCluster ? "" : "# "}clusters: [{ environment: production, kubeconfig: "file:${kubeconfig}", write: "file:${kubeconfig}" }]
backups:
  environments:
    - environment: production
      repository: ${join(dir, "repository")}
      key: file:${join(dir, "key")}
      stores: [{ component: mlflow, kind: postgresql, url: "file:${join(dir, "url")}" }]
      fence: { scaleDown: [${first}{ namespace: mlflow, name: mlflow }] }
`;
  writeFileSync(join(dir, "millwright.server.yaml"), config);
}

const run = (...args: readonly string[]) =>
  millwright(dir, ["backup", ...args], {
    pause: (millis) => new Promise((resolve) => void setTimeout(resolve, millis).unref()),
  });
const patches = () => lab.mutations().filter(({ method }) => method === "PATCH").length;

test("in mode act a run holds the writers and gives them back; in any other it touches none and says so", async () => {
  configure("observe");
  await run("init");
  quickenKey(join(dir, "repository"), "canary-fence");
  const observed = await run("run");
  assert.equal(observed.code, 0, observed.out + observed.err);
  assert.match(observed.out, /unfenced: a fence is declared, and nothing outside is changed in mode observe/);
  assert.equal(patches(), 0);

  configure("act");
  const acted = await run("run");
  assert.equal(acted.code, 0, acted.out + acted.err);
  assert.match(acted.out, /Recovery point point-production-\S+, .*, fenced:\s+deployment mlflow\/mlflow/);
  assert.equal(patches(), 2);
  const fact = await cluster.get({ ...deployments, namespace: "mlflow", name: "mlflow" });
  assert.ok(fact.kind === "known");
  assert.deepEqual((fact.value["spec"] as { replicas: number }).replicas, 2);
});

test("what a run could not give back is shown with its holder, and given back by its name; in another mode it says why not", async () => {
  const part = new WorkloadPart({ namespace: "mlflow", name: "mlflow", kind: "deployment" }, cluster);
  const held = async () => (await part.mark())?.by;
  await part.hold("backup run run-1/take", instantOf(Date.now()));
  const giveBack = ["give-back", "--of", "run-1/take", "--yes", "-o", "json"] as const;

  configure("observe");
  const refused = await run(...giveBack);
  assert.equal(refused.code, 1, refused.out + refused.err);
  const { notGivenBack } = JSON.parse(refused.out) as { notGivenBack: readonly string[] };
  assert.match(notGivenBack.join(), /^the deployment mlflow\/mlflow still stands still .*: nothing outside is changed/);
  assert.equal(await held(), "backup run run-1/take");

  configure("observe", false);
  const unseen = await run(...giveBack);
  assert.equal(unseen.code, 0, "where nothing could be held nothing is held");
  assert.match((await run("give-back")).err, /no cluster of production is declared/);

  configure("act");
  const shown = await run("give-back");
  assert.match(shown.out, /deployment mlflow\/mlflow +backup run run-1\/take/);
  assert.equal((await run("give-back", "--of", "run-2/take", "--yes")).code, 0);
  assert.equal((await run("give-back", "--yes")).code, 1);
  assert.equal(await held(), "backup run run-1/take");

  const given = await run(...giveBack);
  assert.equal(given.code, 0, given.out + given.err);
  assert.equal(await held(), undefined);
  assert.match((await run("give-back")).out, /Nothing stands still/);
});

test("a writer that cannot be asked keeps no other from being given back, and is told of", async () => {
  const part = new WorkloadPart({ namespace: "mlflow", name: "mlflow", kind: "deployment" }, cluster);
  await part.hold("backup run run-3/take", instantOf(Date.now()));
  configure("act", true, "{ namespace: mlflow, name: gone }, ");
  const giveBack = ["give-back", "--of", "run-3/take", "--yes"] as const;

  const given = await run(...giveBack, "-o", "json");
  assert.equal(given.code, 1, given.out + given.err);
  const { held, notGivenBack } = JSON.parse(given.out) as Record<"held" | "notGivenBack", readonly unknown[]>;
  assert.deepEqual([held.length, notGivenBack.length, await part.mark()], [1, 1, undefined]);
  assert.match(notGivenBack.join(), /^whether the deployment mlflow\/gone stands still .* is not known/);

  const again = await run(...giveBack);
  assert.equal(again.code, 1);
  assert.match(again.out, /whether the deployment\s+mlflow\/gone/);
  assert.doesNotMatch(again.out, /Nothing stands still/);
});

test("each attempt of a server's step holds by the step's name", async () => {
  configure("act");
  const before = patches();
  const acted = await run("run", "--mark", "run-1/take");
  assert.equal(acted.code, 0, acted.out + acted.err);
  const marks = lab
    .mutations()
    .slice(-20)
    .filter(({ method }) => method === "PATCH");
  assert.equal(patches() - before, 2);
  assert.ok(marks.some((one) => JSON.stringify(one).includes("backup run run-1/take")));
});
