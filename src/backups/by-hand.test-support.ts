import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Client } from "pg";
import type { BucketAddress } from "../kernel/object-store.ts";
import { folder, has } from "./others/prove.test-support.ts";
import type { TestRepository } from "./own.test-support.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "restore-by-hand.md"), "utf8");

/** What a step says that stands on the page for what somebody has of their own. */
type Replaced = Readonly<Record<string, string>>;

/** The commands below some headings of the page, one after the other. */
export function commands(headings: readonly string[]): string {
  const sections = page.split(/^(?=##+ )/m);
  return headings
    .map((heading) => sections.find((section) => section.startsWith(`${heading}\n`)) ?? assert.fail(heading))
    .flatMap((section) => [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, lines]) => lines ?? ""))
    .join("\n");
}

const mostMillis = 45_000;

const first = "# Restore by hand";

/** Steps 1 to 6: a database. */
export const whole = commands([first]);

/** Steps 1 and 2, and what stands below a heading for a store of another kind. */
export function below(...headings: readonly string[]): string {
  const found = whole.split("part dump.pgdump")[0] ?? "";
  return `${found}\n${commands(["## Other kinds of stores", ...headings])}`;
}

/**
 * Follows commands of the page as they stand there; only where the repository and its key lie, and what is named otherwise here, is
 * replaced. Gives what was printed, and the folder that it was done in.
 */
export async function follow(
  script: string,
  repository: TestRepository,
  store: string,
  target: Readonly<Record<string, string>>,
  replaced: Replaced = {},
): Promise<{ readonly said: string; readonly here: string }> {
  const here = folder();
  const key = join(here, "key");
  writeFileSync(key, repository.password, { mode: 0o600 });
  const own = {
    "/srv/backups/production": repository.folder,
    "/run/secrets/restic-production": key,
    "store:mlflow/database": `store:${store}`,
    ...replaced,
  };
  const literal = Object.entries(own).reduce((lines, [from, to]) => {
    assert.ok(lines.includes(from), `${from} is not on the page`);
    return lines.replaceAll(from, to);
  }, script);
  // Not in one go: what it speaks to may run in this process.
  const running = spawn("bash", ["-euo", "pipefail", "-c", literal], {
    cwd: here,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { PATH: process.env["PATH"], HOME: here, ...target },
  });
  // A step that waits for what never comes ends with all that it started.
  const late = setTimeout(() => process.kill(-(running.pid ?? 0), "SIGKILL"), mostMillis);
  const [said, errors, status] = await Promise.all([
    text(running.stdout),
    text(running.stderr),
    new Promise<number | null>((done) => running.once("close", done)),
  ]);
  clearTimeout(late);
  assert.equal(status, 0, said + errors);
  return { said, here };
}

/** Why it is not run; false where all is there. */
export function lacking(...programs: readonly string[]): string | false {
  const missing = ["restic", "jq", ...programs].filter((program) => !has(program));
  return missing.length === 0 ? false : `not run: ${missing.join(", ")} (not on this machine)`;
}

export async function asked(url: string, ...statements: readonly string[]): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results = [];
    for (const one of statements) results.push((await client.query<Record<string, unknown>>(one)).rows);
    return results.at(-1) ?? [];
  } finally {
    await client.end();
  }
}

/** How the page names a bucket. */
export function targetBucket({ bucket, endpoint, region }: Pick<BucketAddress, "bucket" | "endpoint" | "region">) {
  return {
    TARGET_BUCKET: bucket,
    TARGET_ENDPOINT: endpoint,
    TARGET_REGION: region,
    TARGET_ACCESS_KEY: "tests",
    TARGET_SECRET_KEY: "canary-of-the-secret-key",
  };
}
