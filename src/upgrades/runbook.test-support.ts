import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a rehearsed runbook did. `files`: what it recorded, by name, with the mode. */
export interface Rehearsal {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly calls: string;
  readonly files: Readonly<Record<string, { readonly text: string; readonly mode: number }>>;
}

const settings = {
  GITLAB_URL: "https://gitlab.example.org",
  GITLAB_CURLRC: "/run/rc",
  BACKUP_BUCKET: "b",
  CANARY_REPO: "https://gitlab.example.org/canary.git",
  MLFLOW_URL: "https://mlflow.example.org",
  MLFLOW_CURLRC: "/run/rc",
  SHARINGHUB_URL: "https://sharinghub.example.org",
  KNOWN_PROJECT_PATH: "team/project",
  SCHEMA_HEAD: "4465047574b1",
  SQL_SERVICE: "server",
};

/** The answers of a GitLab of `version` to the call by which a runbook asks where it is. */
export function gitlabAt(version: string): Readonly<Record<string, string>> {
  return { curl: `case "$*" in *"/api/v4/metadata") echo '{"version": "${version}-ee"}' ;; esac` };
}

/** Runs a runbook against commands that only note their arguments; `answers` is what the operator types. */
export function rehearse(
  script: string,
  stubs: Readonly<Record<string, string>>,
  answers: string,
  extra: Readonly<Record<string, string>> = {},
): Rehearsal {
  const folder = mkdtempSync(join(tmpdir(), "runbook-"));
  try {
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    for (const command of ["kubectl", "psql", "curl", "aws", "argocd", "git"]) {
      const note = `#!/bin/sh\nprintf '%s\\n' "${command} $*" >>'${calls}'\n`;
      writeFileSync(join(folder, command), `${note}${stubs[command] ?? ""}\n`);
      chmodSync(join(folder, command), 0o755);
    }
    const records = join(folder, "records");
    const env = { PATH: `${folder}:/usr/bin:/bin`, RECORDS: records, ...settings, ...extra };
    writeFileSync(join(folder, "runbook.sh"), script);
    const run = spawnSync("/bin/sh", [join(folder, "runbook.sh")], {
      input: answers,
      env,
      cwd: folder,
      encoding: "utf8",
    });
    return {
      status: run.status,
      out: run.stdout,
      err: run.stderr,
      calls: readFileSync(calls, "utf8"),
      files: filesIn(records),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function filesIn(folder: string): Rehearsal["files"] {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return {};
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const path = join(folder, name);
      return [name, { text: readFileSync(path, "utf8"), mode: statSync(path).mode & 0o777 }];
    }),
  );
}
