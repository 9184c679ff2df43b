import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { startKubernetes } from "./index.ts";

const missing = spawnSync("kubectl", ["version", "--client"]).error !== undefined;
const skip = missing ? "not run: there is no kubectl (Debian's kubernetes-client)" : false;
const lab = await startKubernetes({
  stepMs: 5,
  metrics: true,
  program: ({ command, stdin = "" }) => ({
    exitCode: command[0] === "false" ? 1 : 0,
    stdout: `${command.join(" ")} ${stdin}`,
  }),
});
after(() => lab.close());

/** kubectl keeps what it discovers in a folder; ours is nobody's. */
async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const all = ["--kubeconfig", lab.kubeconfig("admin"), "--cache-dir", "/dev/null/none", ...args];
  const running = promisify(execFile)("kubectl", all, { timeout: 20_000 });
  running.child.stdin?.end(input ?? "");
  return (await running).stdout;
}

const deployment = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [ { name: web, image: "registry.example.org/web:${image}" } ] }
`;

test("kubectl applies, gets and rolls out against the lab's API server", { skip }, async () => {
  const created = await kubectl(["apply", "-f", "-"], deployment("1.0.0"));
  const changed = await kubectl(["apply", "-f", "-"], deployment("1.1.0"));
  await kubectl(["rollout", "status", "deployment/web", "--timeout=15s"]);
  const images = await kubectl(["get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].spec.containers[*].image}"]);

  assert.match(created, /deployment.apps\/web created/);
  assert.match(changed, /deployment.apps\/web configured/);
  assert.equal(images, "registry.example.org/web:1.1.0 registry.example.org/web:1.1.0");
});

test("kubectl reads logs and asks what it may do", { skip }, async () => {
  lab.seed([
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "job-0", namespace: "default" },
      spec: { containers: [{ name: "job", image: "registry.example.org/job:1.0.0" }] },
    },
  ]);
  lab.logs.set("default/job-0", "started\ndone\n");

  const log = await kubectl(["logs", "job-0", "--tail=1"]);
  const can = await kubectl(["auth", "can-i", "delete", "pods"]);
  const names = await kubectl(["get", "pods", "job-0", "-o", "name"]);

  assert.equal(log, "done\n");
  assert.match(can, /yes/);
  assert.equal(names, "pod/job-0\n");
});

test("kubectl scales, restarts, waits and deletes by the short names that people type", { skip }, async () => {
  await kubectl(["apply", "-f", "-"], deployment("1.1.0"));
  await kubectl(["scale", "deploy/web", "--replicas=3"]);
  await kubectl(["rollout", "restart", "deploy/web"]);
  await kubectl(["rollout", "status", "deploy/web", "--timeout=15s"]);
  const running = await kubectl(["get", "po", "-l", "app=web", "-o", "name"]);
  await kubectl(["delete", "deploy", "web", "--wait=false"]);
  const left = await kubectl(["get", "deploy", "-o", "name"]);

  assert.equal(running.trim().split("\n").length, 3);
  assert.equal(left, "");
});

test("kubectl applies with its own checks, explains, runs programs and shows what is used", { skip }, async () => {
  await kubectl(["apply", "-f", "-"], deployment("1.2.0"));
  await kubectl(["rollout", "status", "deploy/web", "--timeout=15s"]);
  const explained = await kubectl(["explain", "deployment.spec.replicas"]);
  const pod = (await kubectl(["get", "po", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}"])).trim();
  const said = await kubectl(["exec", "-i", pod, "--", "cat", "-"], "from here");
  const failed = await kubectl(["exec", pod, "--", "false"]).catch((thrown: { readonly code: number }) => thrown.code);
  const top = await kubectl(["top", "pods"]);

  assert.match(explained, /Number of pods wanted/);
  assert.equal(said, "cat - from here");
  assert.equal(failed, 1);
  assert.match(top, /web-/);
});

test("what people do by hand with kubectl leaves their tool and the time in managedFields", { skip }, async () => {
  await kubectl(["apply", "-f", "-"], deployment("1.3.0"));
  await kubectl(["scale", "deploy/web", "--replicas=4"]);
  await kubectl(["patch", "deploy", "web", "-p", '{"spec":{"minReadySeconds":3}}']);
  const live = JSON.parse(await kubectl(["get", "deploy", "web", "-o", "json", "--show-managed-fields"])) as {
    readonly metadata: {
      readonly managedFields: readonly {
        readonly manager: string;
        readonly time: string;
        readonly fieldsV1: unknown;
        readonly subresource?: string;
      }[];
    };
  };
  const by = (manager: string, subresource?: string) =>
    live.metadata.managedFields.find((one) => one.manager === manager && one.subresource === subresource);

  assert.deepEqual(by("kubectl", "scale")?.fieldsV1, { "f:spec": { "f:replicas": {} } });
  assert.deepEqual(by("kubectl-patch")?.fieldsV1, { "f:spec": { "f:minReadySeconds": {} } });
  assert.ok(!Number.isNaN(Date.parse(by("kubectl-patch")?.time ?? "")));
});

test("kubectl takes a roll-out back to the state of before", { skip }, async () => {
  await kubectl(["apply", "-f", "-"], deployment("2.0.0"));
  await kubectl(["rollout", "status", "deploy/web", "--timeout=15s"]);
  await kubectl(["rollout", "undo", "deploy/web"]);
  const image = await kubectl(["get", "deploy", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"]);

  assert.equal(image, "registry.example.org/web:1.3.0");
});
