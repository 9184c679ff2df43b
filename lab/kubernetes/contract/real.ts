import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../src/store/postmaster.ts";
import { Authority } from "../certificates.ts";
import type { Reached } from "./call.ts";

export const realVersion = "v1.31.4";

/** Debian has no kube-apiserver: it and the etcd it was written for are built from their Go modules, once; it takes minutes. */
const staging =
  "api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap code-generator component-base component-helpers controller-manager cri-api cri-client csi-translation-lib dynamic-resource-allocation endpointslice kms kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission sample-apiserver sample-cli-plugin sample-controller".split(
    " ",
  );

interface Programs {
  readonly etcd: string;
  readonly apiserver: string;
}

/** The programs; undefined where they are not there and, `build` being asked, cannot be built within its minutes. */
export function realPrograms(tools: string, build: boolean): Programs | undefined {
  const programs = { etcd: join(tools, "etcd"), apiserver: join(tools, "kube-apiserver") };
  const isThere = (): boolean => existsSync(programs.etcd) && existsSync(programs.apiserver);
  if (isThere()) return programs;
  if (!build) return undefined;
  const folder = join(tools, "..", "kube-apiserver");
  mkdirSync(folder, { recursive: true });
  mkdirSync(tools, { recursive: true });
  const minor = realVersion.replace("v1.", "v0.");
  const replaced = staging.map((name) => `\tk8s.io/${name} => k8s.io/${name} ${minor}`).join("\n");
  writeFileSync(
    join(folder, "go.mod"),
    `module millwright.invalid/contract\n\ngo 1.22.0\n\nrequire k8s.io/kubernetes ${realVersion}\n\nreplace (\n${replaced}\n)\n`,
  );
  const version = "k8s.io/component-base/version";
  const [, major, of] = /^v(\d+)\.(\d+)/.exec(realVersion) ?? [];
  const flags = `-s -w -X ${version}.gitVersion=${realVersion} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${of}`;
  const env = { ...process.env, GOFLAGS: "-mod=mod -buildvcs=false" };
  for (const [module, name] of [
    ["k8s.io/kubernetes/cmd/kube-apiserver", "kube-apiserver"],
    ["go.etcd.io/etcd/server/v3", "etcd"],
  ] as const) {
    const args = ["-n", "10", "go", "build", "-trimpath", "-ldflags", flags, "-o", join(tools, name), module];
    spawnSync("nice", args, { cwd: folder, env, stdio: "inherit", timeout: 1_200_000 });
  }
  return isThere() ? programs : undefined;
}

/** A real kube-apiserver on an etcd of its own on this machine alone. */
export async function startReal({ etcd, apiserver }: Programs): Promise<Reached & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-kube-real-"));
  const authority = new Authority();
  const [clients, peers, port] = [await freePort(), await freePort(), await freePort()];
  const { cert, key } = authority.server();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  spawnSync("openssl", ["genrsa", "-out", join(folder, "accounts.key"), "2048"], { stdio: "ignore" });
  const accounts = "system:serviceaccounts,system:serviceaccounts:contract";
  const tokens = `token-of-admin,admin,1,"system:masters"\ntoken-of-reader,system:serviceaccount:contract:reader,2,"${accounts}"\n`;
  const children = [
    start(folder, etcd, {
      "data-dir": join(folder, "etcd"),
      "unsafe-no-fsync": "true",
      "log-level": "error",
      "listen-client-urls": `http://127.0.0.1:${clients}`,
      "advertise-client-urls": `http://127.0.0.1:${clients}`,
      "listen-peer-urls": `http://127.0.0.1:${peers}`,
    }),
    start(folder, apiserver, {
      "etcd-servers": `http://127.0.0.1:${clients}`,
      "bind-address": "127.0.0.1",
      "advertise-address": "127.0.0.1",
      "secure-port": String(port),
      "tls-cert-file": file("server.crt", cert),
      "tls-private-key-file": file("server.key", key),
      "cert-dir": folder,
      "token-auth-file": file("tokens.csv", tokens),
      "authorization-mode": "RBAC",
      "service-account-key-file": join(folder, "accounts.key"),
      "service-account-signing-key-file": join(folder, "accounts.key"),
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-cluster-ip-range": "10.0.0.0/24",
      // No controller makes accounts here.
      "disable-admission-plugins": "ServiceAccount",
    }),
  ];
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) await child.stop();
    authority.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const server = { url: `https://127.0.0.1:${port}`, ca: authority.cert, token: (as: string) => `token-of-${as}` };
  for (let waited = 0; !(await isReady(server)); waited += 200) {
    if (waited > 60_000 || children.some((child) => !child.isAlive())) {
      const said = readFileSync(join(folder, "kube-apiserver.log"), "utf8").slice(-2000);
      await close();
      throw new Error(`kube-apiserver did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { ...server, close };
}

function start(folder: string, program: string, flags: Readonly<Record<string, string>>) {
  const name = program.split("/").at(-1);
  const log = openSync(join(folder, `${name}.log`), "a");
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", log, log], env: { PATH: process.env["PATH"] } });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  return {
    isAlive: () => child.exitCode === null && child.signalCode === null && child.pid !== undefined,
    async stop(): Promise<void> {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function isReady({ url, ca, token }: Reached): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token("admin")}` };
    const asking = request(new URL("/readyz", url), { ca, headers, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asking.on("error", () => resolve(false));
    asking.on("timeout", () => asking.destroy());
    asking.end();
  });
}
