import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { BackupJob } from "../../platform/server-backup-job.ts";
import { jobName, jobObject } from "./job-object.ts";

const call = { args: ["backup", "run", "--mark", "r1/take"], environment: "production" };
const declared = (more: object = {}) =>
  BackupJob.parse({ image: "registry.example.org/runner:1", config: "backup-config", ...more });

const Context = z.object({
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.number().optional(),
  privileged: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  procMount: z.string().optional(),
  seccompProfile: z.object({ type: z.string() }).optional(),
  capabilities: z.object({ add: z.array(z.string()).default([]), drop: z.array(z.string()).default([]) }).optional(),
  sysctls: z.array(z.object({ name: z.string() })).default([]),
});
const Container = z.object({
  name: z.string(),
  securityContext: Context.prefault({}),
  ports: z.array(z.object({ hostPort: z.number().optional() })).default([]),
});
const Pod = z.object({
  hostNetwork: z.boolean().default(false),
  hostPID: z.boolean().default(false),
  hostIPC: z.boolean().default(false),
  securityContext: Context.prefault({}),
  initContainers: z.array(Container).default([]),
  ephemeralContainers: z.array(Container).default([]),
  containers: z.array(Container).min(1),
  volumes: z.array(z.record(z.string(), z.unknown())).default([]),
});

const volumes = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

type Context = z.infer<typeof Context>;

function breachesOf({ securityContext: own, ports }: z.infer<typeof Container>, ofPod: Context): readonly string[] {
  const of = { ...ofPod, ...own };
  const { add = [], drop = [] } = own.capabilities ?? {};
  const broken: readonly (readonly [boolean, string])[] = [
    [of.privileged === true, "Privileged Containers"],
    [own.allowPrivilegeEscalation !== false, "Privilege Escalation"],
    [of.runAsNonRoot !== true, "Running as Non-root"],
    [of.runAsUser === 0, "Running as Non-root user"],
    [!["RuntimeDefault", "Localhost"].includes(of.seccompProfile?.type ?? ""), "Seccomp"],
    [!drop.includes("ALL"), "Capabilities: drop"],
    [add.some((one) => one !== "NET_BIND_SERVICE"), "Capabilities: add"],
    [ports.some(({ hostPort }) => (hostPort ?? 0) > 0), "Host Ports"],
    [(own.procMount ?? "Default") !== "Default", "/proc Mount Type"],
  ];
  return broken.flatMap(([isBroken, what]) => (isBroken ? [what] : []));
}

/** What the standard `restricted` refuses (kubernetes.io/docs/concepts/security/pod-security-standards, v1.34), in its words. */
function breaches(spec: unknown): readonly string[] {
  const pod = Pod.parse(spec);
  const found: string[] = [];
  const refuse = (isBroken: boolean, what: string): void => void (isBroken && found.push(what));
  refuse(pod.hostNetwork || pod.hostPID || pod.hostIPC, "Host Namespaces");
  refuse(pod.securityContext.sysctls.length > 0, "Sysctls");
  for (const volume of pod.volumes)
    for (const kind of Object.keys(volume)) refuse(kind !== "name" && !volumes.includes(kind), `Volume Types: ${kind}`);
  for (const one of [...pod.initContainers, ...pod.containers, ...pod.ephemeralContainers])
    found.push(...breachesOf(one, pod.securityContext));
  return found;
}

const specOf = (job: ReturnType<typeof jobObject>): Record<string, unknown> =>
  z.object({ spec: z.object({ template: z.object({ spec: z.record(z.string(), z.unknown()) }) }) }).parse(job).spec
    .template.spec;

test("every Job that can be declared keeps to the restricted pod security standard", () => {
  for (const more of [
    {},
    { scratchClass: "fast", scratch: "200Gi" },
    { pullSecrets: ["registry"], serviceAccount: "other", namespace: "data", cpu: "4", memory: "8Gi", hours: 1 },
  ])
    assert.deepEqual(breaches(specOf(jobObject(declared(more), call))), []);
});

test("each thing that the standard refuses would be seen", () => {
  const spec = specOf(jobObject(declared(), call));
  const [runner] = z.array(z.record(z.string(), z.unknown())).parse(spec["containers"]);
  const withContainer = (more: object) => ({ ...spec, containers: [{ ...runner, ...more }] });
  const withContext = (more: object) =>
    withContainer({ securityContext: { ...(runner?.["securityContext"] as object), ...more } });
  const cases: readonly (readonly [object, string])[] = [
    [{ ...spec, hostNetwork: true }, "Host Namespaces"],
    [{ ...spec, securityContext: {} }, "Running as Non-root,Seccomp"],
    [{ ...spec, volumes: [{ name: "x", hostPath: { path: "/" } }] }, "Volume Types: hostPath"],
    [withContext({ privileged: true }), "Privileged Containers"],
    [withContext({ allowPrivilegeEscalation: true }), "Privilege Escalation"],
    [withContext({ runAsUser: 0 }), "Running as Non-root user"],
    [withContext({ capabilities: { drop: ["NET_RAW"] } }), "Capabilities: drop"],
    [withContext({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }), "Capabilities: add"],
    [withContainer({ ports: [{ hostPort: 80 }] }), "Host Ports"],
  ];
  for (const [broken, what] of cases) assert.equal(breaches(broken).join(), what);
});

test("the Job's room, account, image and place are those declared; its root stays as the image has it", () => {
  const job = jobObject(
    declared({ namespace: "data", scratch: "50Gi", memory: "4Gi", serviceAccount: "runner" }),
    call,
  );
  const text = JSON.stringify(job);
  assert.equal(job.metadata.namespace, "data");
  assert.equal(job.metadata.name, jobName(call));
  assert.match(text, /"serviceAccountName":"runner"/);
  assert.match(text, /"emptyDir":\{"sizeLimit":"50Gi"\}/);
  assert.match(text, /"ephemeral-storage":"50Gi"/);
  assert.match(text, /"readOnlyRootFilesystem":true/);
  const own = JSON.stringify(jobObject(declared({ scratchClass: "fast", scratch: "200Gi" }), call));
  assert.match(own, /"storageClassName":"fast","resources":\{"requests":\{"storage":"200Gi"\}\}/);
  assert.doesNotMatch(own, /emptyDir|ephemeral-storage/);
});
