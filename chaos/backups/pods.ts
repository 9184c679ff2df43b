import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LabCluster, type LabOptions, startKubernetes } from "../../lab/kubernetes/index.ts";
import { openRelay, type Relay } from "../../src/backups/relay.test-support.ts";

type Exec = NonNullable<LabOptions["exec"]>;

interface Pod {
  readonly env?: Readonly<Record<string, string>>;
  /** In the place of a program, before its arguments. */
  readonly programs?: Readonly<Record<string, readonly string[]>>;
  readonly image?: string;
}

/** A Kubernetes-shaped cluster whose pods run this machine's programs, behind a line that can be cut. */
export interface Pods {
  readonly lab: LabCluster;
  readonly line: Relay;
  /** A file. */
  readonly kubeconfig: string;
  /** A pod that is ready, in the namespace `apps`; its label is `app=NAME`. */
  add(name: string, pod?: Pod): void;
  close(): void;
}

export async function startPods(root: string): Promise<Pods> {
  const pods = new Map<string, Pod>();
  const lab = await startKubernetes({
    stepMs: 0,
    file: join(root, "kubernetes.json"),
    exec: (call) => run(call, pods.get(call.pod) ?? {}, root),
  });
  const line = await openRelay(Number(new URL(lab.url).port));
  const kubeconfig = join(root, "keys", "kubeconfig");
  const url = `https://127.0.0.1:${line.port}`;
  writeFileSync(kubeconfig, readFileSync(lab.kubeconfig("admin"), "utf8").replaceAll(lab.url, url), { mode: 0o600 });
  return {
    lab,
    line,
    kubeconfig,
    add(name, pod = {}) {
      pods.set(name, pod);
      const { image = "registry.example.org/main:1" } = pod;
      lab.seed([
        {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name, namespace: "apps", labels: { app: name } },
          spec: { containers: [{ name: "main", image }] },
          status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
        },
      ]);
    },
    close() {
      line.close();
      lab.close();
    },
  };
}

/** As in a cluster: who goes away closes the program's pipes and kills nothing. */
function run({ command, stdin }: Parameters<Exec>[0], { env, programs }: Pod, root: string): ReturnType<Exec> {
  const instead = programs?.[command[0] ?? ""];
  const [program = "", ...args] = instead === undefined ? command : [...instead, ...command.slice(1)];
  const child = spawn(program, args, {
    stdio: "pipe",
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "", HOME: root, TMPDIR: join(root, "tmp"), ...env },
  });
  stdin.pipe(child.stdin).on("error", () => undefined);
  const exitCode = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 137));
  });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    exitCode,
    kill: () => [child.stdin, child.stdout, child.stderr].forEach((pipe) => pipe.destroy()),
  };
}
