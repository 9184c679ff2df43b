// oxlint-disable no-restricted-imports -- tests write files
import assert from "node:assert/strict";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { taken } from "../taking.test-support.ts";
import { application } from "../volume/volume.test-support.ts";
import { files } from "./index.ts";
import { restore } from "./restore.ts";

const data = folder();
const [models, larger] = [join(data, "models"), join(data, "larger")];
const app = await application("mlflow", data);
const config: FilesStore = { component: "mlflow", store: "files", kind: "files", pod: app.pod, paths: [models] };
const target = { kind: "in-place" } as const;

mkdirSync(models);
writeFileSync(join(models, "weights"), "then");
const backup = await taken(files, config, { cluster: app.cluster });
const lent = () => restoringOf({ stored: backup.stored, cluster: app.cluster, down: [app.workload] });

async function refused(why: RegExp): Promise<void> {
  const plan = await restore.plan(backup.sealed, config, target, lent());
  await app.scale(0);
  const place = await restore.hold?.(config, lent());
  const run = restore.run(backup.sealed, place?.config ?? config, target, lent());
  const is = (thrown: unknown): boolean => thrown instanceof InputError && why.test(thrown.message);
  await assert.rejects(run, (thrown) => is(thrown) && /nothing was changed/.test(String(thrown)));
  await place?.release();
  await app.scale(1);
  assert.match(plan.refuses.join(), why);
}

test("a folder that was moved since, with a link in its place, is not replaced behind the link: no backup before has it", async () => {
  renameSync(models, larger);
  symlinkSync("larger", models);
  writeFileSync(join(larger, "weights"), "now");

  await refused(/models is no folder any more, or a link to one/);

  assert.deepEqual([readdirSync(larger), readFileSync(join(larger, "weights"), "utf8")], [["weights"], "now"]);
  assert.equal(readlinkSync(models), "larger");
});

test("a file in the place of a folder is told before anything is tried", async () => {
  rmSync(models);
  writeFileSync(models, "a file");

  await refused(/models is no folder any more/);

  assert.equal(readFileSync(models, "utf8"), "a file");
});
