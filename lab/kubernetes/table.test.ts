import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { startKubernetes } from "./index.ts";
import { listObjects } from "./read.ts";
import type { Asked } from "./request.ts";
import { durationText } from "./table-text.ts";

const missing = spawnSync("kubectl", ["version", "--client"]).error !== undefined;
const skip = missing ? "not run: there is no kubectl (Debian's kubernetes-client)" : false;
const lab = await startKubernetes({ stepMs: 0 });
after(() => lab.close());

async function kubectl(...args: readonly string[]): Promise<string> {
  const all = ["--kubeconfig", lab.kubeconfig("admin"), "--cache-dir", "/dev/null/none", ...args];
  return (await promisify(execFile)("kubectl", all, { timeout: 20_000 })).stdout;
}

/** Of a printed table the heads, and each row's cells. */
async function rows(...args: readonly string[]): Promise<readonly (readonly string[])[]> {
  return (await kubectl("get", ...args))
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/\s{2,}/));
}

const steps = (count: number): void => {
  for (let step = 0; step < count; step += 1) lab.step();
};

const template = (name: string, tag = "1") => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: `registry.example.org/${name}:${tag}` }] },
});
const node = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  status: { conditions: [{ type: "Ready", status: "True" }], nodeInfo: { kubeletVersion: "v1.31.4" } },
});
const meta = (name: string) => ({ name, namespace: "default" });
const selector = (app: string) => ({ matchLabels: { app } });

lab.seed([
  node("one", { "node-role.kubernetes.io/control-plane": "" }),
  node("two"),
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta("web"),
    spec: { replicas: 2, selector: selector("web"), template: template("web") },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: meta("backup"),
    spec: { schedule: "0 1 * * *", jobTemplate: { spec: { template: template("backup") } } },
  },
  { apiVersion: "v1", kind: "Service", metadata: meta("web"), spec: { clusterIP: "10.0.0.9", ports: [{ port: 80 }] } },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.org" },
    spec: {
      group: "example.org",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          additionalPrinterColumns: [
            { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
            { name: "Colour", type: "string", jsonPath: ".spec.colour", priority: 1 },
          ],
        },
      ],
    },
  },
]);

test("kubectl shows the columns that people know, and more of them when asked for wide", { skip }, async () => {
  steps(6);
  const pods = await rows("pods", "-l", "app=web");
  assert.deepEqual(pods[0], ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
  assert.deepEqual(pods[1]?.slice(1, 4), ["1/1", "Running", "0"]);
  assert.deepEqual((await rows("deploy"))[1]?.slice(0, 4), ["web", "2/2", "2", "2"]);
  const wide = await rows("deploy", "-o", "wide");
  assert.deepEqual(wide[0]?.slice(5), ["CONTAINERS", "IMAGES", "SELECTOR"]);
  assert.deepEqual(wide[1]?.slice(5), ["web", "registry.example.org/web:1", "app=web"]);
  assert.deepEqual((await rows("nodes", "one"))[1]?.slice(0, 3), ["one", "Ready", "control-plane"]);
  assert.deepEqual((await rows("svc"))[1]?.slice(0, 5), ["web", "ClusterIP", "10.0.0.9", "<none>", "80/TCP"]);
  assert.deepEqual((await rows("cj"))[1]?.slice(0, 6), ["backup", "0 1 * * *", "<none>", "False", "0", "<none>"]);
  assert.deepEqual((await rows("events"))[0], ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]);
});

test("a custom resource shows what its definition says", { skip }, async () => {
  const conditions = [
    { type: "Issuing", status: "False" },
    { type: "Ready", status: "True" },
  ];
  lab.seed([
    {
      apiVersion: "example.org/v1",
      kind: "Widget",
      metadata: meta("w"),
      spec: { colour: "red" },
      status: { conditions },
    },
  ]);
  assert.deepEqual(await rows("widgets"), [
    ["NAME", "READY"],
    ["w", "True"],
  ]);
  assert.deepEqual((await rows("widgets", "-o", "wide"))[1], ["w", "True", "red"]);
});

test("who asks for plain JSON gets no table, and a row carries the object as far as it was asked for", () => {
  const served = lab.store.typeOfObject({ apiVersion: "v1", kind: "Service" });
  const target = { served, namespace: "default", name: undefined, subresource: undefined };
  const read = (accept: string, query = "") =>
    listObjects(lab.store, target, { accept, query: new URLSearchParams(query) } as Asked) as {
      readonly kind: string;
      readonly rows?: readonly { readonly object: { readonly kind: string } | null }[];
    };
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const carried = (query: string) => read(table, query).rows?.map(({ object }) => object?.kind);
  assert.equal(read("application/json").kind, "ServiceList");
  assert.equal(read(`application/json,${table}`).kind, "ServiceList");
  assert.deepEqual(carried(""), ["PartialObjectMetadata"]);
  assert.deepEqual(carried("includeObject=None"), [undefined]);
  assert.deepEqual(carried("includeObject=Object"), ["Service"]);
});

test("a DaemonSet has a pod on each node, and rolls from node to node", { skip }, async () => {
  const of = { apiVersion: "apps/v1", kind: "DaemonSet", ...meta("agent") };
  const spec = { selector: selector("agent"), template: template("agent") };
  lab.act({ manager: "test", method: "POST", of, body: { ...of, metadata: meta("agent"), spec } });
  const shown = async () => (await rows("ds", "agent"))[1]?.slice(1, 6).join(" ");
  steps(2);
  assert.equal(await shown(), "2 2 2 2 2");
  await kubectl("set", "image", "ds/agent", "agent=registry.example.org/agent:2");
  lab.step();
  assert.equal(await shown(), "2 1 1 0 1");
  lab.step();
  assert.equal(await shown(), "2 2 2 1 2");
  steps(3);
  assert.equal(await shown(), "2 2 2 2 2");
  assert.match(await kubectl("rollout", "status", "ds/agent", "--timeout=10s"), /successfully rolled out/);
  await kubectl("label", "node", "two", "gpu=no");
  await kubectl(
    "patch",
    "ds",
    "agent",
    "--type=merge",
    "-p",
    '{"spec":{"template":{"spec":{"nodeSelector":{"gpu":"no"}}}}}',
  );
  steps(4);
  assert.equal(await shown(), "1 1 1 1 1");
});

test("kubectl runs a CronJob now, and waits for its Job", { skip }, async () => {
  assert.match(await kubectl("create", "job", "by-hand", "--from=cronjob/backup"), /job.batch\/by-hand created/);
  for (let turn = 0; turn < 4; turn += 1) {
    lab.step();
    await new Promise((done) => setImmediate(done));
  }
  const job = lab.store.all("Job").find(({ metadata }) => metadata.name === "by-hand");
  assert.deepEqual((await rows("job", "by-hand"))[1]?.slice(0, 3), ["by-hand", "Complete", "1/1"]);
  assert.equal(job?.metadata.annotations?.["cronjob.kubernetes.io/instantiate"], "manual");
  assert.equal(job?.metadata.ownerReferences?.[0]?.kind, "CronJob");
  assert.deepEqual((await rows("pods", "-l", "job-name=by-hand"))[1]?.slice(1, 3), ["0/1", "Completed"]);
});

test("ages are told as kubectl tells them", () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  const told = [
    119_000,
    9 * minute + 5000,
    600_000,
    150 * minute,
    7 * hour + 60_000,
    47 * hour,
    3 * day,
    100 * day,
    800 * day,
  ];
  assert.deepEqual(told.map(durationText), ["119s", "9m5s", "10m", "150m", "7h1m", "47h", "3d", "100d", "2y70d"]);
});
