import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LabOptions, startKubernetes } from "../../lab/kubernetes/index.ts";
import type { GitlabBody } from "../../src/backups/kinds/gitlab/body.ts";
import { restoreRepository } from "../../src/backups/kinds/gitlab/restore-repository.ts";
import type { RestoreTarget, Restoring } from "../../src/backups/restore/contract.ts";
import type { SealedBody } from "../../src/backups/store-kind.ts";
import { openBackups } from "../../src/edge/backups.ts";
import { openKubeWriter } from "../../src/edge/kube.ts";
import type { GitlabStore } from "../../src/platform/backup-stores.ts";

/** Brings one repository back out of an archive, as the product does it: by Git in a pod, which here is this machine, or to a folder. */
export async function bringBackAlone(
  tar: string,
  { name, storage, git }: { readonly name: string; readonly storage: string; readonly git: string },
  target: RestoreTarget = { kind: "in-place" },
): Promise<readonly string[]> {
  const scratch = mkdtempSync(join(tmpdir(), "millwright-gitaly-scratch-"));
  const lab = await startKubernetes({ stepMs: 0, exec: run });
  try {
    lab.seed([
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "gitaly-0", namespace: "gitlab", labels: { app: "gitaly" } },
        spec: { containers: [{ name: "gitaly", image: "registry.example.org/gitaly:1" }] },
        status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
      },
    ]);
    const cluster = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/contract" });
    const { ports } = openBackups(process.env);
    const part = { file: "gitlab.tar", bytes: 0, snapshot: "1" };
    // What a restore of one repository reads of a manifest, and is lent.
    const sealed = { id: "contract", body: { skipped: [] }, parts: [part], packs: [] };
    const gitaly = { pod: { namespace: "gitlab", labels: "app=gitaly" }, path: storage, git: [git] };
    const restoring = {
      id: "contract",
      ports,
      scratch,
      gitRepository: name,
      signal: new AbortController().signal,
      progress: () => undefined,
      cluster: async () => cluster,
      readPart: () => ports.files.read(tar),
    };
    const { differences } = await restoreRepository(
      sealed as unknown as SealedBody<GitlabBody>,
      { gitaly } as unknown as GitlabStore,
      target,
      restoring as unknown as Restoring,
    );
    return differences;
  } finally {
    lab.close();
    rmSync(scratch, { recursive: true });
  }
}

const run: NonNullable<LabOptions["exec"]> = ({ command: [program = "", ...args], stdin }) => {
  const child = spawn(program, args, {
    stdio: "pipe",
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
  });
  stdin.pipe(child.stdin).on("error", () => undefined);
  const exitCode = new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 137));
  });
  return { stdout: child.stdout, stderr: child.stderr, exitCode, kill: () => void child.kill() };
};
