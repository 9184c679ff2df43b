import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { recordsIn } from "../../backups/repository/records.ts";
import { Repository } from "../../backups/repository/restic.ts";
import { type Tagged, tagsOf } from "../../backups/repository/tags.ts";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, production } = site();
const password = "canary-0b7d";
const declared = production({ key: password, stores: ['{ component: mlflow, kind: postgresql, url: "env:URL" }'] });
writeFileSync(join(dir, "millwright.server.yaml"), declared);

const { ports } = openBackups(process.env);
const place = { repository: join(dir, "repository"), password, environment: {} };
const repository = new Repository(place, ports);

/** So many hours after what was stored by now. */
function after(hours: number, ...args: readonly string[]): Promise<Said> {
  const clock = { now: () => instantOf(Date.now() + hours * 3_600_000) };
  return millwright(dir, ["backup", ...args], { clock });
}

async function keep(tagged: Partial<Tagged> & Pick<Tagged, "part" | "backup" | "store">): Promise<void> {
  const tags = tagsOf({ installation: "millwright", environment: "production", ...tagged });
  await repository.record("file", tags, "some", new AbortController().signal);
}

test("what a run stored is cleaned by the age of the run's last sign, not by its own", async () => {
  assert.equal((await after(0, "init")).code, 0);
  quickenKey(place.repository, password);
  const at = instantOf(Date.now() + 29 * 3_600_000);
  await keep({ part: "part", backup: "mlflow-database-20261119T060000Z-live1", store: "mlflow/database" });
  await keep({ part: "record", backup: "live1", store: "goes-on", provenAt: at });
  await keep({ part: "part", backup: "mlflow-database-20261119T060000Z-dead1", store: "mlflow/database" });

  const shown = await after(30, "clean");
  assert.match(shown.out, /mlflow\/database: a part without a sealed manifest.*\nNothing was removed/);
  assert.equal(shown.out.trim().split("\n").length, 2, shown.out);
  const cleaned = await after(30, "clean", "--yes", "--why", "room is short");
  assert.match(cleaned.out, /Removed 1 snapshot\.\nFreed \d/);
  const there = await repository.snapshots();
  const [record, ...more] = recordsIn(there, "removal");
  assert.deepEqual([there.length, more.length], [3, 0]);
  const written = await after(30, "removals", "--show", record?.id ?? "");
  assert.match(written.out, /by +\S+@\S+\n +why +room is short\n +beside +0 packs, 1 snapshot of debris/);
  assert.match(written.out, /signed +no: it is not signed: no key was configured/);

  const nothing = /nothing to remove whose run gave no sign for 24 h/;
  assert.match(
    (await after(29 + 7 * 24 + 23, "clean", "--yes")).out,
    nothing,
    "no other gave a sign since, by which clock ever",
  );
  const later = await after(29 + 7 * 24 + 25, "clean", "--yes");
  assert.match(later.out, /a sign of a run that has ended[\s\S]*Removed 2 snapshots/);
  assert.match((await after(29 + 7 * 24 + 25, "clean", "--yes")).out, nothing);
});
