import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Secrets that are known to nobody but a test, one for every place where a secret may stand, with the configuration that
 * names those places.
 */
export interface Canaries {
  /** Name → every form in which it would betray itself. */
  readonly forms: ReadonlyMap<string, readonly string[]>;
  readonly env: Readonly<Record<string, string>>;
  /** The certificate of the server's address, whose key is one of them. */
  readonly certificate: string;
  /** Where the stand-in for SSH notes the digest of each key it was given. */
  readonly sshKeysSeen: string;
  /** Sealed in the database under this name. */
  readonly stored: { readonly name: string; readonly text: string; readonly sealingKey: string };
  readonly config: string;
}

interface Outside {
  readonly folder: string;
  readonly databaseUrl: string;
  /** A server that answers everything with an error which repeats what it was sent. */
  readonly echo: string;
  readonly issuer: string;
}

export function plantCanaries({ folder, databaseUrl, echo, issuer }: Outside): Canaries {
  const forms = new Map<string, readonly string[]>();
  const plant = (name: string, text = `canary-${name}-${randomBytes(9).toString("hex")}`): string => {
    forms.set(name, formsOf(text));
    return text;
  };
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return `file:${path}`;
  };
  const kubeconfig = (name: string): string =>
    file(
      name,
      `apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]\n` +
        `contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: ${plant(name)}}}]\n`,
    );
  const pem = (name: string, text: string): string => {
    // Any line of its middle betrays it.
    forms.set(name, text.trim().split("\n").slice(1, -1));
    return file(name, text);
  };
  const { certificate, key } = certificateIn(folder);
  const sshKeysSeen = join(folder, "ssh-keys-seen");
  const sealingKey = randomBytes(32).toString("base64");
  forms.set("sealing-key", [sealingKey, Buffer.from(sealingKey, "base64").toString("hex")]);
  const password = plant("database");
  plantInFiles(join(folder, "repository"), plant);
  const env = {
    C_DATABASE: databaseUrl.replace("@", `:${password}@`),
    C_OIDC: plant("oidc"),
    C_GITLAB_HOOK: plant("gitlab-hook"),
    C_ALERTS_HOOK: plant("alertmanager-hook"),
    C_SMTP: plant("smtp"),
    C_REPOSITORY: plant("repository-credential"),
    C_CHAT: `${echo}/hooks/${plant("chat-address")}`,
    C_CHAT_KEY: plant("chat-signing-key"),
    C_PAGER: `${echo}/${plant("pager-address")}`,
    C_PAGER_KEY: plant("pager-routing-key"),
    C_PAGER_SIGNING: plant("pager-signing-key"),
    C_FORGE: plant("forge"),
    C_SEALING: sealingKey,
    PATH: `${standInForSsh(folder, sshKeysSeen)}:${process.env["PATH"]}`,
  };
  const stored = { name: "github", text: plant("sealed-github-hook"), sealingKey };
  const config = configOf(
    { folder, echo, issuer },
    {
      observer: kubeconfig("observer-token"),
      changer: kubeconfig("changer-token"),
      forgeWrite: file("forge-write", plant("forge-write")),
      journalKey: pem("journal-key", privateKey()),
      push: file("push", plant("push")),
      tlsKey: pem("tls-key", key),
      sshKey: pem("ssh-key", privateKey()),
    },
  );
  return { forms, env, stored, config, certificate, sshKeysSeen };
}

interface SecretFiles {
  readonly observer: string;
  readonly changer: string;
  readonly forgeWrite: string;
  readonly journalKey: string;
  readonly push: string;
  readonly tlsKey: string;
  readonly sshKey: string;
}

function privateKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function certificateIn(folder: string): { readonly certificate: string; readonly key: string } {
  const [cert, key] = [join(folder, "tls.crt"), join(folder, "tls.draft")];
  const asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", [...asked, ...named, "-out", cert, "-keyout", key], { stdio: "ignore" });
  const made = { certificate: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  rmSync(key);
  return made;
}

/** Proves that it could read the key, and fails as a server does that refuses it. */
function standInForSsh(folder: string, seen: string): string {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const script = `#!/bin/sh\nwhile [ "$1" != -i ]; do shift; done\nsha256sum < "$2" >> '${seen}'\necho "Permission denied ($2)" >&2\nexit 255\n`;
  writeFileSync(join(programs, "ssh"), script, { mode: 0o755 });
  return programs;
}

function configOf({ folder, echo, issuer }: Omit<Outside, "databaseUrl">, files: SecretFiles): string {
  return `
mode: act
releasesEveryHours: 0
listen: { port: 0, tls: { certificate: "${join(folder, "tls.crt")}", key: "${files.tlsKey}" } }
database: { url: "env:C_DATABASE" }
sealing: [{ id: first, key: "env:C_SEALING" }]
repositories:
  - { name: platform, folder: "${join(folder, "repository")}" }
  - { name: remote, url: "${echo}/remote.git", credentials: "env:C_REPOSITORY" }
  - { name: over-ssh, url: "ssh://git@127.0.0.1:1/over-ssh.git", credentials: "${files.sshKey}" }
clusters:
  - { environment: staging, kubeconfig: "${files.observer}", write: "${files.changer}" }
login: { issuer: "${issuer}", clientId: millwright, clientSecret: "env:C_OIDC" }
webhooks:
  - { name: gitlab, kind: gitlab, secret: "env:C_GITLAB_HOOK" }
  - { name: github, kind: github, secret: "store:github" }
  - { name: alerts, kind: alertmanager, secret: "env:C_ALERTS_HOOK" }
notices:
  webhooks: [{ name: chat, url: "env:C_CHAT", signingKey: "env:C_CHAT_KEY" }]
  smtp: { host: 127.0.0.1, port: 1, tls: none, user: u, password: "env:C_SMTP", from: a@example.org, to: [b@example.org] }
  pager: { url: "env:C_PAGER", routingKey: "env:C_PAGER_KEY", signingKey: "env:C_PAGER_SIGNING" }
incidents: { call: [{ name: On call, address: chat }] }
forge: { kind: gitlab, url: "${echo}", project: a/b, token: "env:C_FORGE", write: "${files.forgeWrite}" }
journal: { signingKey: "${files.journalKey}", repository: remote, pushWith: "${files.push}", everyMinutes: 1 }
`;
}

/** What people leave in repositories: found, and never repeated. */
function plantInFiles(repository: string, plant: (name: string, text?: string) => string): void {
  mkdirSync(repository);
  const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
  const token = plant("file-gitlab-token", `glpat-${hex(10)}`);
  const encoded = Buffer.from(plant("file-base64", hex(12))).toString("base64");
  writeFileSync(join(repository, "millwright.yaml"), "environments:\n  - name: staging\n  - name: production\n");
  writeFileSync(
    join(repository, "secret.yaml"),
    `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: ${plant("file-password", hex(12))}\ndata:\n  other: ${encoded}\n`,
  );
  writeFileSync(join(repository, ".env"), `GITLAB_TOKEN=${token}\n`);
  writeFileSync(
    join(repository, "application.yaml"),
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    repoURL: https://u:${plant("file-url", hex(12))}@git.example.org/a.git\n    path: x\n    targetRevision: HEAD\n`,
  );
}

function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  // Base64 of a longer text that holds it, at each of the three places where it may begin; its ends depend on the neighbours.
  const within = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [text, bytes.toString("hex"), ...within];
}

/** The names of the canaries that a text betrays. */
export function betrayed(text: string, { forms }: Pick<Canaries, "forms">): readonly string[] {
  return [...forms].filter(([, signs]) => signs.some((sign) => text.includes(sign))).map(([name]) => name);
}

/** What any user of this machine sees of a process and of what it started, by process: arguments, and variables of those it started. */
export function processesOf(root: number): readonly { readonly pid: number; readonly seen: string }[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const [, parent] = /\) \S (\d+) /.exec(textOf(`/proc/${name}/stat`)) ?? [];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isBelow(parents.get(pid)));
  const own = textOf(`/proc/${root}/cmdline`);
  return [...parents.keys()].filter(isBelow).map((pid) => {
    // A child that has not begun its program yet still is its parent: with the parent's arguments, and memory for variables.
    const cmdline = textOf(`/proc/${pid}/cmdline`);
    return { pid, seen: cmdline === own ? cmdline : cmdline + textOf(`/proc/${pid}/environ`) };
  });
}

/** A process may end while it is read. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
