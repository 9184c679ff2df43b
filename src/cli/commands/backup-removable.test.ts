import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { Repository } from "../../backups/repository/restic.ts";
import { tagsOf } from "../../backups/repository/tags.ts";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, production } = site();
const [password, days] = ["canary-77c1", 100];
const stores = ['{ component: mlflow, kind: postgresql, url: "env:URL" }'];
const ours = production({
  key: password,
  stores,
  more: [`second: { repository: ${join(dir, "second")}, key: "file:${join(dir, "key")}" }`],
});
// The same folder by another name: the configuration does not see it.
const copied = production({ key: password, stores, more: ["retention: { dailyDays: 1 }"] });
writeFileSync(
  join(dir, "millwright.server.yaml"),
  ours +
    copied
      .split("\n")
      .slice(2)
      .join("\n")
      .replace("environment: production", "environment: staging")
      .replace(/repository$/m, "./repository/"),
);

const { ports } = openBackups(process.env);
const repository = new Repository({ repository: join(dir, "repository"), password, environment: {} }, ports);

function later(...args: readonly string[]): Promise<Said> {
  return millwright(dir, ["backup", ...args], { clock: { now: () => instantOf(Date.now() + days * 86_400_000) } });
}

test("nothing is removed from what holds another environment's backups, nor from the second repository", async () => {
  const made = await later("init", "--environment", "production");
  assert.equal(made.code, 0, made.err);
  quickenKey(join(dir, "repository"), password);
  const whose = { installation: "millwright", environment: "production", store: "mlflow/database" };
  for (const backup of ["first-1", "second-2", "dead-3"]) {
    const { signal } = new AbortController();
    const takenAt = instantOf(Date.now());
    const sealed = { kind: "postgresql", class: "daily", takenAt, bytes: 1, parts: 0, digest: "d" } as const;
    const said = backup === "dead-3" ? { part: "part" as const } : { part: "seal" as const, ...sealed };
    await repository.record("file", tagsOf({ ...whose, backup, ...said }), "some", signal);
  }
  const before = await repository.snapshots();

  for (const command of ["prune", "clean"]) {
    const strange = await later(command, "--environment", "staging", "--yes");
    assert.equal(strange.code, 1, strange.out + strange.err);
    assert.match(strange.err, /holds backups of production of millwright, and this is staging/);
    const second = await later(command, "--environment", "production", "--second", "--yes");
    assert.match(second.err, /Nothing is removed from the second repository/);
    assert.deepEqual(await repository.snapshots(), before);
  }

  const own = await later("prune", "--environment", "production", "--yes");
  assert.match(own.out, /Removed:\n/);
  assert.ok((await repository.snapshots()).length < before.length);
});
