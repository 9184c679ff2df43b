import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { quickenKey } from "../repository/quick-key.test-support.ts";
import { dump, dumpedMlflow, has, proving } from "./prove.test-support.ts";
import type { ProveOptions } from "./prove.ts";

const { dir, url, plain: file } = await dumpedMlflow();
const plain = readFileSync(file);

test("a restic repository: the newest snapshot or the one named, and its damages", async (context) => {
  if (!has("restic")) {
    context.skip("not run: restic (apt-get install restic)");
    return;
  }
  const repository = join(dir, "restic");
  const password = "not for any log";
  const environment = {
    PATH: process.env["PATH"],
    HOME: dir,
    RESTIC_PASSWORD: password,
    RESTIC_REPOSITORY: repository,
  };
  const restic = (args: readonly string[], input?: Uint8Array): string =>
    execFileSync("restic", ["--no-cache", ...args], {
      env: environment,
      encoding: "utf8",
      stdio: "pipe",
      ...(input === undefined ? {} : { input }),
    });
  restic(["init"]);
  quickenKey(repository, password);
  restic(["backup", "--stdin", "--stdin-filename", "old.sql"], plain.subarray(0, 3000));
  restic(["backup", "--stdin", "--stdin-filename", "mlflow.sql"], plain);
  const call = { restic: { password, snapshot: "latest", environment: {} } };

  const whole = await proving(repository, call);
  assert.deepEqual(
    whole.proofs.map(({ name, verdict }) => [name, verdict.kind]),
    [["/mlflow.sql", "proven"]],
  );
  assert.equal(whole.kind, "restic");
  assert.ok(!JSON.stringify(whole).includes(password));

  const snapshots = JSON.parse(restic(["snapshots", "--json"])) as readonly { readonly short_id: string }[];
  const old = await proving(repository, { restic: { ...call.restic, snapshot: snapshots[0]?.short_id ?? "" } });
  assert.equal(old.proofs[0]?.verdict.kind, "not-restorable");

  await assert.rejects(
    proving(repository),
    (thrown) => thrown instanceof InputError && /--password-ref/.test(thrown.message),
  );
  await assert.rejects(
    proving(repository, { restic: { ...call.restic, password: "wrong" } }),
    (thrown) =>
      thrown instanceof SystemError && /wrong password/.test(thrown.message) && !thrown.message.includes(password),
  );
  await assert.rejects(
    proving(repository, { restic: { ...call.restic, snapshot: "ffffffff" } }),
    /has no snapshot ffffffff\. It has: [0-9a-f]{8}/,
  );

  await findsDamagedPacks(repository, call);
});

test("a directory archive at the root of a snapshot, as a backup of `.` within it makes one", async () => {
  const repository = join(dir, "of-root");
  const password = "not for any log";
  const env = { PATH: process.env["PATH"], HOME: dir, RESTIC_PASSWORD: password, RESTIC_REPOSITORY: repository };
  const cwd = dump(url, join(dir, "directory"), "-Fd");
  for (const args of [["init"], ["backup", "."]])
    execFileSync("restic", ["--no-cache", ...args], { env, cwd, stdio: "pipe" });
  const { proofs } = await proving(repository, { restic: { password, snapshot: "latest", environment: {} } });
  assert.deepEqual(
    proofs.map(({ name, format, verdict }) => [name, format, verdict.kind]),
    [["/", "directory archive of pg_dump, tar", "proven"]],
  );
});

/** The largest pack with a flipped byte, then without the pack. */
async function findsDamagedPacks(repository: string, call: Partial<ProveOptions>): Promise<void> {
  const packs = readdirSync(join(repository, "data"), { recursive: true })
    .map(String)
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => join(repository, "data", name));
  const largest = packs.toSorted((a, b) => readFileSync(b).length - readFileSync(a).length)[0] ?? "";
  const bytes = readFileSync(largest);
  const flipped = Buffer.from(bytes);
  flipped[100] = (flipped[100] ?? 0) ^ 1;
  rmSync(largest, { force: true });
  writeFileSync(largest, flipped);
  const damaged = await proving(repository, call);
  assert.equal(damaged.proofs[0]?.verdict.kind, "not-restorable", JSON.stringify(damaged.proofs[0]?.verdict));
  unlinkSync(largest);
  const gone = await proving(repository, call);
  assert.equal(gone.proofs[0]?.verdict.kind, "not-restorable", JSON.stringify(gone.proofs[0]?.verdict));
}
