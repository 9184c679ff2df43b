// oxlint-disable no-restricted-imports -- tests start what they speak to, and seal columns as the lab does
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { databaseKeyOf, newRailsSecrets, sealPlain, sealSalted } from "../../../../lab/stores/rails-secrets.ts";
import { gateway } from "../../../edge/object-store.test-support.ts";
import type { GitlabStore, ObjectsStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { tarEnd, tarHeader, tarPadding } from "../objects/tar-writer.ts";
import { testPods } from "../pod.test-support.ts";
import { type TestLoan, taken } from "../taking.test-support.ts";
import { copied, plainDump } from "./dump.test-support.ts";
import { gitlab } from "./index.ts";
import { sealMessage } from "./sealed-values.test-support.ts";

const store = await gateway("backups", "gitlab-lfs");
export const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const place = folder();
export const pods = await testPods();
export const secretsYml = newRailsSecrets();
pods.lab.seed([
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "gitlab-rails-secret", namespace: "gitlab" },
    data: { "secrets.yml": Buffer.from(secretsYml).toString("base64") },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "another-rails-secret", namespace: "gitlab" },
    data: { "secrets.yml": Buffer.from(newRailsSecrets()).toString("base64") },
  },
]);

export function tarOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    return [tarHeader(name, content.length, 0), content, tarPadding(content.length)];
  });
  return Buffer.concat([...entries, tarEnd]);
}

const messages = [
  sealMessage("one", secretsYml, "sha256"),
  sealMessage("two", secretsYml, "sha1"),
  sealMessage("three", secretsYml, "sha256", true),
];
/** What another key wrapped, and what only looks like a message. */
const strange = [
  '{"p": "eHg=", "h": {"iv": "eHg=", "at": "eHg=", "k": {"p": "eHg=", "h": {}}}}',
  '{"p": 1, "h": 2, "x": 3}',
];

function dump(): Uint8Array {
  const key = databaseKeyOf(secretsYml);
  const salted = sealSalted("a token", key);
  const plain = sealPlain("a proxy", key);
  const text = (value: string): string => value.replaceAll("\n", "\\n");
  return gzipSync(
    plainDump(
      copied("projects", ["id bigint", "name text"], "1\tone"),
      copied(
        "ci_variables",
        ["id bigint", "encrypted_value text", "encrypted_value_salt text", "encrypted_value_iv text"],
        `1\t${text(salted.value)}\t${text(salted.salt)}\t${text(salted.iv)}`,
      ),
      copied(
        "ci_instance_variables",
        ["id bigint", "encrypted_value text", "encrypted_value_iv text"],
        `1\t${text(plain.value)}\t${text(plain.iv)}`,
      ),
      copied(
        "application_settings",
        ["id bigint", "signing_key jsonb", "usage jsonb"],
        ...[...messages, ...strange].map((message, index) => `${index}\t${message}\t{"a": 1}`),
      ),
    ),
  );
}

/** Of a repository with one commit. */
function smallBundle(): Uint8Array {
  const at = join(place, "small.git");
  const git = (args: readonly string[], input = ""): Buffer =>
    execFileSync("git", ["--git-dir", at, ...args], { input });
  git(["init", "--quiet", "--bare"]);
  const commit = "commit refs/heads/main\ncommitter Ada <ada@example.org> 0 +0000\ndata 0\nM 644 inline a\ndata 1\na\n";
  git(["fast-import", "--quiet"], commit);
  return git(["bundle", "create", "--quiet", "-", "--all"]);
}

const information = ":db_version: 20250201000000\n:gitlab_version: 17.8.7\n:installation_type: gitlab-helm-chart\n";
export const whole = {
  "./db/database.sql.gz": dump(),
  "./repositories/default/@hashed/ab/cd/x.git/1/001.bundle": smallBundle(),
  "./repositories/manifests/default/@hashed/ab/cd/x.git/+latest.toml":
    "[[steps]]\nbundle_path = 'default/@hashed/ab/cd/x.git/1/001.bundle'\n",
  "./lfs.tar.gz": gzipSync(tarOf({ "a/b": "content" })),
  "./backup_information.yml": `${information}:skipped: builds,pages,registry,packages\n`,
};

let number = 0;

/** Where the backups' bucket lies: an object is a file. */
export function bucketFolder(): string {
  return join(store?.folder ?? "", "buckets", "backups");
}

interface ToolboxOptions {
  readonly script?: string;
  readonly free?: number;
  readonly running?: string;
  readonly version?: string;
  /** By the container's variables. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** For a toolbox that restores: what its programs find, a `backup-utility` on its path among them. */
  readonly restores?: Readonly<Record<string, string>>;
  /** Version and edition, as its own file says them. */
  readonly runs?: string;
}

/** A toolbox whose backup-utility stores `tar`, or as its script says. */
export function toolbox(
  tar: Buffer,
  {
    script = 'cp "$TAR" "$BUCKET/$2_gitlab_backup.tar"',
    free = 90_000_000,
    running = "sleep 1",
    version = "17.8.7",
    buckets = {},
    restores,
    runs = version,
  }: ToolboxOptions = {},
): string {
  number += 1;
  const file = join(place, `${number}.tar`);
  writeFileSync(file, tar);
  const name = `toolbox-${number}`;
  const done = `${script}; echo "[DONE] Backup can be found at s3://backups/$2_gitlab_backup.tar"`;
  const missing = 'echo "Bucket not found: gitlab-packages. Skipping backup of packages ..."';
  const made = {
    "backup-utility": ["sh", "-c", `rm -f "$BUCKET/$2_gitlab_backup.tar"; ${missing}; ${done}`, "backup-utility"],
  };
  pods.add(name, {
    namespace: "gitlab",
    env: { TAR: file, BUCKET: bucketFolder(), ...restores },
    programs: {
      cat: ["sh", "-c", `[ "$1" = /srv/gitlab/VERSION ] && echo '${runs}'`, "cat"],
      ...(restores === undefined ? made : {}),
      df: ["sh", "-c", `printf 'Filesystem 1024-blocks Used Available\\n/dev/a 1 1 ${free} 1%% /srv\\n'`, "df"],
      ps: ["sh", "-c", `printf 'COMMAND\\n${running}\\n'`, "ps"],
    },
    spec: {
      containers: [
        {
          name: "toolbox",
          image: `registry.example.org/cng/gitlab-toolbox-ee:v${version}`,
          env: Object.entries(buckets).map(([name, value]) => ({ name, value })),
        },
      ],
    },
  });
  return name;
}

export function configOf(pod: string, more: Partial<GitlabStore> = {}): GitlabStore {
  const [accessKey, secretKey] = [
    { kind: "env", name: "ACCESS" },
    { kind: "env", name: "SECRET" },
  ] as const;
  return {
    component: "gitlab",
    store: "backup",
    kind: "gitlab",
    toolbox: { namespace: "gitlab", labels: `app=${pod}` },
    backups: { endpoint: store?.url ?? "", bucket: "backups", region: "us-east-1", prefix: "", accessKey, secretKey },
    skip: [],
    weekly: ["registry", "artifacts"],
    coveredBy: {},
    secrets: ["gitlab-rails-secret"],
    bundles: false,
    keepInBucket: 1,
    ...more,
  };
}

export const loan = {
  cluster: pods.cluster,
  secrets: { "env:ACCESS": "tests", "env:SECRET": "canary-of-the-secret-key" },
};

export async function emptied(): Promise<void> {
  const { readdirSync, rmSync } = await import("node:fs");
  const bucket = bucketFolder();
  for (const name of readdirSync(bucket)) rmSync(join(bucket, name), { recursive: true });
}

export async function made(
  tar: Buffer,
  options: ToolboxOptions = {},
  more: Partial<GitlabStore> = {},
  lent: Partial<TestLoan> = {},
) {
  await emptied();
  return taken(gitlab, configOf(toolbox(tar, options), more), { ...loan, ...lent });
}

/** What backup-utility was last told to leave out. */
export function skippedLast(): readonly string[] {
  const last = pods.commands.findLast(([program]) => program === "backup-utility") ?? [];
  return last.flatMap((word, index) => (last[index - 1] === "--skip" ? [word] : []));
}

export function objectsAt(name: string, more: Partial<ObjectsStore> = {}): ObjectsStore {
  const { backups } = configOf("any");
  return { ...backups, component: "gitlab", store: name, kind: "objects", bucket: `gitlab-${name}`, ...more };
}
