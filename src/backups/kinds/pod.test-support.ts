// oxlint-disable no-restricted-imports -- tests start the lab's API server, and bind the ports as main.ts does
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { type LabCluster, type LabOptions, startKubernetes } from "../../../lab/kubernetes/index.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import { type Passed, relayTo } from "../relay.test-support.ts";

/** A cluster whose pods run this machine's programs, behind a connection that can be cut. */
export interface TestPods {
  readonly lab: LabCluster;
  readonly cluster: KubeWriter;
  /** The command lines that were asked for: what an audit log has. */
  readonly commands: readonly (readonly string[])[];
  /** A pod that is ready; its programs find `env`, and no others of ours. */
  add(name: string, pod?: TestPod): void;
  /** Cuts each connection once so many bytes came over it; undefined: never. */
  cutAfter(bytes: number | undefined): void;
  /** The same for what goes there. */
  cutUpAfter(bytes: number | undefined): void;
}

type Exec = NonNullable<LabOptions["exec"]>;

interface TestPod {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** In the place of a program, before its arguments: `{ pg_dump: ["sh", "-c", "exit 3", "pg_dump"] }`. */
  readonly programs?: Readonly<Record<string, readonly string[]>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export async function testPods(options: LabOptions = {}): Promise<TestPods> {
  const pods = new Map<string, TestPod>();
  const commands: (readonly string[])[] = [];
  const lab = await startKubernetes({
    stepMs: 0,
    exec: (call) => {
      commands.push(call.command);
      return run(call, pods.get(`${call.namespace}/${call.pod}`) ?? {});
    },
    ...options,
  });
  const most: { up?: number | undefined; down?: number | undefined } = {};
  const isCut = ({ up, down }: Passed): boolean => up > (most.up ?? up) || down > (most.down ?? down);
  const port = await relayTo(Number(new URL(lab.url).port), isCut);
  after(() => lab.close());
  const kubeconfig = readFileSync(lab.kubeconfig("admin"), "utf8").replaceAll(lab.url, `https://127.0.0.1:${port}`);
  const folder = mkdtempSync(join(tmpdir(), "millwright-pods-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  return {
    lab,
    commands,
    cluster: openKubeWriter({ kubeconfig: file, userAgent: "millwright/test" }),
    cutAfter: (bytes) => {
      most.down = bytes;
    },
    cutUpAfter: (bytes) => {
      most.up = bytes;
    },
    add(name, pod = {}) {
      const { namespace = "default", labels = { app: name }, spec = {} } = pod;
      pods.set(`${namespace}/${name}`, pod);
      lab.seed([
        {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name, namespace, labels },
          spec: { containers: [{ name: "main", image: "registry.example.org/main:1" }], ...spec },
          status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
        },
      ]);
    },
  };
}

function run({ command, stdin }: Parameters<Exec>[0], { env, programs }: TestPod): ReturnType<Exec> {
  const instead = programs?.[command[0] ?? ""];
  const [program = "", ...args] = instead === undefined ? command : [...instead, ...command.slice(1)];
  const child = spawn(program, args, {
    stdio: "pipe",
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: tmpdir(), ...env },
  });
  stdin.pipe(child.stdin).on("error", () => undefined);
  const exitCode = new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 137));
  });
  // As in a cluster: who goes away closes the program's pipes and kills nothing.
  const kill = (): void => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return { stdout: child.stdout, stderr: child.stderr, exitCode, kill };
}
