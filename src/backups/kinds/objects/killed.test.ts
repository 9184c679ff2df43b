// oxlint-disable no-restricted-imports -- tests kill a process of their own
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { instantOf } from "../../../kernel/instant.ts";
import { TestRepository } from "../../own.test-support.ts";
import { ObjectsBody } from "./body.ts";
import { addressOf, bucketAt, configOf, secretOf, skip } from "./objects.test-support.ts";

test("after kill -9 amid the second pack the next run takes the first one over, and its backup is proven", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  const bucket = bucketAt("killed");
  for (let index = 0; index < 5; index += 1) await bucket.put(`o/${index}`, chunksOf(randomBytes(1_000_000)));
  const { endpoint } = addressOf("killed");
  const script = fileURLToPath(new URL("./killed.test-support.ts", import.meta.url));
  const args = [script, repository.folder, repository.password, endpoint, "killed", "o/3"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");

  // By the clock that restic goes by: what was left long ago is not taken over.
  const clock = { now: () => instantOf(Date.now()) };
  const { manifest } = await repository.backUpStore(configOf("killed"), { secret: secretOf, clock });

  const body = ObjectsBody.parse(manifest.body);
  assert.deepEqual([body.objects, body.copied.objects], [5, 3]);
  assert.deepEqual(
    (await repository.catalogue()).backups.map(({ id }) => id),
    [manifest.id],
  );
  assert.deepEqual((await repository.prove(manifest.id)).verdict, { kind: "proven" });
});
