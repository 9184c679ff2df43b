// oxlint-disable no-restricted-imports -- tests start the lab's API server, and bind the ports as main.ts does
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startKubernetes } from "../../../lab/kubernetes/index.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import { SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { behindFence, type FenceOptions, giveBackHeld } from "./fence.ts";
import { WorkloadPart } from "./workload.ts";

const lab = await startKubernetes({ stepMs: 2 });
after(() => lab.close());
lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "gitlab" } }]);
const kubeconfig = lab.kubeconfig("admin");
const cluster = openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
const name = (workload: string) => ({
  apiVersion: "apps/v1",
  plural: "deployments",
  namespace: "gitlab",
  name: workload,
});

for (const [workload, replicas] of [
  ["webservice", 3],
  ["sidekiq", 2],
] as const)
  await cluster.create(
    { apiVersion: "apps/v1", plural: "deployments" },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: workload, namespace: "gitlab" },
      spec: {
        replicas,
        selector: { matchLabels: { app: workload } },
        template: {
          metadata: { labels: { app: workload } },
          spec: { containers: [{ name: "main", image: "registry.example.org/main:1" }] },
        },
      },
    },
    { fieldManager: "test" },
  );

async function seen(workload: string): Promise<{ readonly replicas: unknown; readonly marked: boolean }> {
  const fact = await cluster.get(name(workload));
  assert.ok(fact.kind === "known");
  const { replicas } = fact.value["spec"] as { replicas: unknown };
  return { replicas, marked: fact.value.metadata.annotations?.["millwright.dev/fence"] !== undefined };
}

const asBefore = [
  { replicas: 3, marked: false },
  { replicas: 2, marked: false },
];
const both = async () => [await seen("webservice"), await seen("sidekiq")];

let now = Date.UTC(2026, 10, 20, 9);
const said: string[] = [];

/** Time goes by where somebody waits for it. */
function options(more: Partial<FenceOptions> = {}): FenceOptions {
  return {
    parts: ["webservice", "sidekiq"].map(
      (workload) => new WorkloadPart({ namespace: "gitlab", name: workload, kind: "deployment" }, cluster),
    ),
    by: "run 1",
    waitSeconds: 60,
    clock: { now: () => instantOf(now) },
    pause: async (millis) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (millis < 30_000) now += millis;
    },
    progress: (text) => void said.push(text),
    signal: new AbortController().signal,
    ...more,
  };
}

beforeEach(async () => {
  said.length = 0;
  assert.deepEqual(await both(), asBefore);
});

test("writers stand still while the work is done, their pods gone, and are as before afterwards", async () => {
  const { done, fenced, notGivenBack } = await behindFence(options(), async () => {
    assert.deepEqual(await both(), [
      { replicas: 0, marked: true },
      { replicas: 0, marked: true },
    ]);
    const pods = await cluster.list({ apiVersion: "v1", plural: "pods" }, { namespace: "gitlab" });
    assert.ok(pods.kind === "known" && pods.value.items.length === 0);
    return "backups";
  });
  assert.equal(done, "backups");
  assert.ok(fenced.kind === "fenced");
  assert.deepEqual(fenced.by, ["deployment gitlab/webservice", "deployment gitlab/sidekiq"]);
  assert.deepEqual(notGivenBack, []);
  assert.deepEqual(await both(), asBefore);
});

test("work that throws gives the writers back", async () => {
  const failing = behindFence(options(), () => Promise.reject(new SystemError("the disk is full", "stop")));
  await assert.rejects(failing, /the disk is full/);
  assert.deepEqual(await both(), asBefore);
});

test("who scales a writer up meanwhile, and down again, makes the point unfenced", async () => {
  const { fenced } = await behindFence(options(), async () => {
    for (const replicas of [1, 0])
      await cluster.mergePatch(name("sidekiq"), { spec: { replicas } }, { fieldManager: "argocd" });
  });
  assert.ok(fenced.kind === "unfenced");
  assert.match(fenced.why, /somebody changed the deployment gitlab\/sidekiq meanwhile/);
  assert.deepEqual(await both(), asBefore);
});

test("a writer that does not end in time is no fence: nothing is done, and all are as before", async () => {
  const missing = new WorkloadPart({ namespace: "gitlab", name: "nowhere", kind: "deployment" }, cluster);
  let worked = false;
  const work = async (): Promise<void> => {
    worked = true;
  };
  await assert.rejects(
    behindFence(options({ parts: [...options().parts, missing] }), work),
    /nowhere, which is not in/,
  );

  const [webservice] = options().parts;
  assert.ok(webservice !== undefined);
  const stubborn = Object.assign(Object.create(webservice) as typeof webservice, {
    name: webservice.name,
    mark: () => webservice.mark(),
    hold: (by: string, at: Instant) => webservice.hold(by, at),
    waitingFor: () => Promise.resolve("it has pods yet: webservice-1"),
    giveBack: (by: string) => webservice.giveBack(by),
  });
  await assert.rejects(
    behindFence(options({ parts: [stubborn] }), work),
    (thrown) =>
      thrown instanceof SystemError && thrown.remedy === "retry" && /after 60 s .*pods yet/.test(thrown.message),
  );
  assert.equal(worked, false);
  assert.deepEqual(await both(), asBefore);
});

test("what another run holds and renews is waited for, and never given back for it", async () => {
  const [webservice] = options().parts;
  assert.ok(webservice !== undefined);
  await webservice.hold("run 0", instantOf(now));
  const stop = new AbortController();
  const progress = (text: string): void => {
    if (/held by run 0/.test(text)) stop.abort();
  };
  await assert.rejects(
    behindFence(options({ progress, signal: stop.signal }), async () => undefined),
    /waited for another run/,
  );
  assert.deepEqual(await seen("webservice"), { replicas: 0, marked: true });
  await assert.rejects(webservice.hold("run 1", instantOf(now)), /run 0 holds the deployment/);
  await webservice.giveBack("run 0");
});

test("an attempt that was killed leaves its fence to the next of the same name, which holds it on", async () => {
  const killed = options();
  const [webservice] = killed.parts;
  assert.ok(webservice !== undefined);
  for (const part of killed.parts) await part.hold("run 1", instantOf(now));
  const before = await cluster.get(name("webservice"));
  const { fenced, done } = await behindFence(options(), async () => {
    assert.deepEqual(await seen("webservice"), { replicas: 0, marked: true });
    return cluster.get(name("webservice"));
  });
  assert.equal(fenced.kind, "fenced");
  assert.ok(before.kind === "known" && done.kind === "known");
  // Nothing that is wanted of it was changed: it was never scaled up meanwhile.
  assert.equal(done.value.metadata.generation, before.value.metadata.generation);
  assert.match(said.join("\n"), /held by run 1.*waiting/);
  assert.doesNotMatch(said.join("\n"), /a run that was killed/);
  assert.deepEqual(await both(), asBefore);
});

test("what a run could not give back is given back by its name alone, however young its mark is", async () => {
  const parts = options().parts.map((part) =>
    Object.assign(Object.create(part) as typeof part, {
      name: part.name,
      hold: (by: string, at: Instant) => part.hold(by, at),
      mark: () => part.mark(),
      waitingFor: () => part.waitingFor(),
      broken: () => part.broken(),
      renew: (at: Instant) => part.renew(at),
      giveBack: () => Promise.reject(new SystemError("403", "stop")),
    }),
  );
  const { notGivenBack } = await behindFence(options({ parts }), async () => undefined);
  assert.equal(notGivenBack.length, 2);
  assert.deepEqual(await giveBackHeld(parts, "run 1"), notGivenBack, "it says the same again");

  assert.deepEqual(await giveBackHeld(options().parts, "run 0"), []);
  assert.deepEqual(await seen("webservice"), { replicas: 0, marked: true });
  assert.deepEqual(await giveBackHeld(options().parts, "run 1"), []);
  assert.deepEqual(await both(), asBefore);

  const missing = new WorkloadPart({ namespace: "gitlab", name: "nowhere", kind: "deployment" }, cluster);
  assert.match(
    (await giveBackHeld([missing], "run 1")).join(),
    /^whether the deployment gitlab\/nowhere .* is not known/,
  );
});

test("a run killed behind its fence leaves marks that the next run gives back, and then holds anew", async () => {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", fileURLToPath(new URL("./killed.test-support.ts", import.meta.url))],
    {
      env: { ...process.env, FENCE_KUBECONFIG: kubeconfig, FENCE_AT: instantOf(now) },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  assert.deepEqual(await both(), [
    { replicas: 0, marked: true },
    { replicas: 0, marked: true },
  ]);

  const { fenced } = await behindFence(options(), async () => undefined);
  assert.equal(fenced.kind, "fenced");
  assert.match(said.join("\n"), /held by killed run.*waiting/);
  assert.match(said.join("\n"), /a run that was killed left writers standing still: deployment gitlab\/webservice/);
  assert.deepEqual(await both(), asBefore);
});
