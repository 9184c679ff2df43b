import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { environOf } from "./environ.ts";
import { startKubernetes } from "./kubernetes/index.ts";
import { execIn } from "./programs.ts";

const lab = await startKubernetes({ stepMs: 0 });
after(() => lab.close());
const [namespace, pod] = ["default", "mlflow-0"];
const image = "registry.example.org/mlflow:1";
const refs = {
  env: [
    { name: "PLAIN", value: "a=b\nc" },
    { name: "URI", valueFrom: { secretKeyRef: { name: "backend", key: "uri" } } },
    { name: "HOST", valueFrom: { configMapKeyRef: { name: "settings", key: "host" } } },
    { name: "GONE", valueFrom: { secretKeyRef: { name: "backend", key: "other" } } },
  ],
  envFrom: [{ configMapRef: { name: "settings" } }],
};
const containers = [
  { name: "mlflow", image, ...refs },
  { name: "sidecar", image, env: [{ name: "ONLY", value: "here" }] },
];
const uri = Buffer.from("postgresql://database:5432/mlflow").toString("base64");
lab.seed([
  { apiVersion: "v1", kind: "Secret", metadata: { namespace, name: "backend" }, data: { uri } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "settings" }, data: { host: "database" } },
  { apiVersion: "v1", kind: "Pod", metadata: { namespace, name: pod }, spec: { containers } },
]);
const exec = execIn({ environ: (at) => environOf(lab, at) });

async function said(container: string | undefined, ...command: readonly string[]) {
  const running = exec({ namespace, pod, container, command, stdin: Readable.from([]) });
  let out = "";
  for await (const chunk of running.stdout) out += chunk.toString();
  return { out, code: await running.exitCode };
}

test("a container's first process has the environment that its description and what that names give it", async () => {
  const { out, code } = await said(undefined, "cat", "/proc/1/environ");

  assert.equal(code, 0);
  const variables = out.split("\0");
  for (const one of ["host=database", "PLAIN=a=b\nc", "URI=postgresql://database:5432/mlflow", "HOST=database"])
    assert.ok(variables.includes(one), one);
  assert.doesNotMatch(out, /GONE|ONLY/);
  assert.match((await said("sidecar", "cat", "/proc/1/environ")).out, /ONLY=here\0$/);
});

test("nothing else of /proc can be read, and no container that is not there", async () => {
  assert.equal((await said(undefined, "cat", "/proc/1/cmdline")).code, 127);
  assert.equal((await said("nowhere", "cat", "/proc/1/environ")).code, 127);
});
