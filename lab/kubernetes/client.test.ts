import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { AppsV1Api, CoreV1Api, Exec, KubeConfig, Log, Metrics, Watch } from "@kubernetes/client-node";
import { startKubernetes } from "./index.ts";

const lab = await startKubernetes({
  stepMs: 5,
  metrics: true,
  exec: ({ command, stdin }) => ({
    stdout: command[0] === "cat" ? stdin : ["one\n", "two\n"],
    stderr: command[0] === "fails" ? ["broken\n"] : [],
    exitCode: Promise.resolve(command[0] === "fails" ? 3 : 0),
  }),
});
after(() => lab.close());
lab.seed([
  { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" }, status: { capacity: { cpu: "4", memory: "8Gi" } } },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "toolbox-0", namespace: "default" },
    spec: { containers: [{ name: "toolbox", image: "registry.example.org/toolbox:1" }] },
  },
]);

const config = new KubeConfig();
config.loadFromFile(lab.kubeconfig("admin"));
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

async function run(
  command: readonly string[],
  stdin?: string,
): Promise<{ readonly out: string; readonly status: string; readonly code: string | undefined }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const input = stdin === undefined ? null : new PassThrough();
  input?.end(stdin);
  const ended = new Promise<{
    readonly status?: string;
    readonly details?: { readonly causes?: readonly { readonly message?: string }[] };
  }>((done, fail) => {
    new Exec(config)
      .exec("default", "toolbox-0", "toolbox", [...command], stdout, stderr, input, false, done)
      .catch(fail);
  });
  const { status = "", details } = await ended;
  stdout.end();
  return { out: await text(stdout), status, code: details?.causes?.[0]?.message };
}

test("the ordinary client creates, scales, replaces, patches and deletes", async () => {
  const template = {
    metadata: { labels: { app: "api" } },
    spec: { containers: [{ name: "api", image: "registry.example.org/api:1" }] },
  };
  const body = {
    metadata: { name: "api" },
    spec: { replicas: 1, selector: { matchLabels: { app: "api" } }, template },
  };
  await apps.createNamespacedDeployment({ namespace: "default", body });
  const name = { name: "api", namespace: "default" };

  const scale = await apps.readNamespacedDeploymentScale(name);
  assert.equal(scale.spec?.replicas, 1);
  await apps.replaceNamespacedDeploymentScale({
    ...name,
    body: { metadata: scale.metadata ?? {}, spec: { replicas: 2 } },
  });
  await assert.rejects(apps.replaceNamespacedDeploymentScale({ ...name, body: scale }), /the object has been modified/);
  const live = await apps.readNamespacedDeployment(name);
  assert.equal(live.spec?.replicas, 2);
  await assert.rejects(
    apps.replaceNamespacedDeployment({
      ...name,
      body: { metadata: { name: "api" }, spec: { ...body.spec, selector: { matchLabels: { app: "other" } } } },
    }),
    /field is immutable/,
  );

  await apps.deleteNamespacedDeployment(name);
  await assert.rejects(apps.readNamespacedDeployment(name), /not found/);
});

test("the ordinary client runs programs: with input, with output that streams, and one that fails", async () => {
  assert.deepEqual(await run(["list"]), { out: "one\ntwo\n", status: "Success", code: undefined });
  assert.deepEqual(await run(["cat"], "from here"), { out: "from here", status: "Success", code: undefined });
  assert.deepEqual(await run(["fails"]), { out: "one\ntwo\n", status: "Failure", code: "3" });
});

test("the ordinary client watches and follows a log", async () => {
  const seen: string[] = [];
  let found: (() => void) | undefined;
  const arrived = new Promise<void>((done) => {
    found = done;
  });
  const request = await new Watch(config).watch(
    "/api/v1/namespaces/default/configmaps",
    {},
    (type: string, object: { readonly metadata?: { readonly name?: string } }) => {
      seen.push(`${type} ${object.metadata?.name}`);
      if (type === "DELETED") found?.();
    },
    () => undefined,
  );
  await core.createNamespacedConfigMap({
    namespace: "default",
    body: { metadata: { name: "watched" }, data: { a: "1" } },
  });
  await core.deleteNamespacedConfigMap({ namespace: "default", name: "watched" });
  await arrived;
  request.abort();
  assert.deepEqual(seen, ["ADDED watched", "DELETED watched"]);

  lab.seed([
    { apiVersion: "v1", kind: "Pod", metadata: { name: "talker", namespace: "default" }, spec: { containers: [] } },
  ]);
  lab.logs.set("default/talker", "first\n");
  const stream = new PassThrough();
  await new Log(config).log("default", "talker", "main", stream, { follow: true });
  const lines = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  assert.equal(String((await lines.next()).value), "first\n");
  lab.logs.append("default/talker", "second\n");
  assert.equal(String((await lines.next()).value), "second\n");
  await core.deleteNamespacedPod({ namespace: "default", name: "talker" });
  assert.equal((await lines.next()).done, true);
});

test("metrics are served for nodes and running pods", async () => {
  const metrics = new Metrics(config);
  const nodes = await metrics.getNodeMetrics();
  const pods = await metrics.getPodMetrics("default");

  assert.match(nodes.items[0]?.usage.cpu ?? "", /^\d+m$/);
  assert.ok(
    pods.items.some(
      ({ metadata, containers }) => metadata.name === "toolbox-0" && (containers[0]?.usage.memory ?? "").endsWith("Ki"),
    ),
  );
});

test("a revoked token is 401, and a collection is deleted by its labels", async () => {
  await core.createNamespacedConfigMap({
    namespace: "default",
    body: { metadata: { name: "a", labels: { of: "x" } } },
  });
  await core.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name: "b" } } });
  await core.deleteCollectionNamespacedConfigMap({ namespace: "default", labelSelector: "of=x" });
  const left = await core.listNamespacedConfigMap({ namespace: "default" });
  assert.deepEqual(
    left.items.map(({ metadata }) => metadata?.name),
    ["b"],
  );

  const reader = new KubeConfig();
  reader.loadFromFile(lab.kubeconfig("default/reader"));
  lab.revoke(reader.getCurrentUser()?.token ?? "");
  await assert.rejects(reader.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace: "default" }), /401/);
});
