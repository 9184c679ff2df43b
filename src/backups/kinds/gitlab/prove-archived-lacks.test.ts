// oxlint-disable no-restricted-imports -- tests look at what is left on the disk
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ProgramCall } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { folder } from "../../others/prove.test-support.ts";
import type { SealedBody } from "../../store-kind.ts";
import { archiveOf, filesOf } from "./archive.test-support.ts";
import type { GitlabBody } from "./body.ts";
import { skip } from "./gitlab.test-support.ts";
import { inPieces, ports, provingIn, type Start, said } from "./prove-archived.test-support.ts";
import { ArchivedRepositories, type ProvedArchive } from "./prove-archived.ts";
import { proveBundles } from "./prove-bundles.ts";
import { git, hashed, one, world } from "./repository.test-support.ts";

/* What the machine of a proof lacks is told as not known, and is no damage of what is proven. */

const { storage } = skip === false ? await world() : { storage: "" };

test("ids that are SHA-256 are proven, and unknown where Git is too old for them", { skip }, async () => {
  const at = join(folder(), "long.git");
  const file = join(folder(), "long.bundle");
  git("init", "--quiet", "--bare", "--object-format=sha256", at);
  git("-C", at, "update-ref", "refs/heads/main", git("-C", at, "commit-tree", "-m", "x", emptyTree(at)));
  git("-C", at, "bundle", "create", "--quiet", file, "--all");
  const archive = archiveOf({
    "@hashed/ff/ff/long.bundle": readFileSync(file),
    ...filesOf(storage, hashed(one), "legacy"),
  });
  const old: Start = (call) =>
    ports.programs.start(
      call.args.includes("--object-format=sha256") ? { ...call, args: ["init", "--nothing"] } : call,
    );

  const [here, there] = [await said(archive), await said(archive, old)];

  assert.deepEqual([here.proven, here.why, here.unknown], [2, [], []]);
  assert.deepEqual([there.proven, there.why], [1, []]);
  assert.match(there.unknown[0]?.why ?? "", /its ids are SHA-256, which git 2[.\d]+ of this machine does not know/);
  assert.match(there.unknown[0]?.toDo ?? "", /Install git 2\.29/);
});

const emptyTree = (at: string): string => git("-C", at, "hash-object", "-t", "tree", "-w", "/dev/null");

test("without Git nothing is told of the repositories, and the archive passes yet", { skip }, async () => {
  const away: Start = (call: ProgramCall) => ports.programs.start({ ...call, program: "git-that-nobody-has" });

  const { proven, why, unknown } = await said(archiveOf(filesOf(storage, hashed(one), "legacy")), away);
  const none = await said(archiveOf({ "@hashed/ee/ee/e.refs": "" }), away);
  const sealed = { packs: [], body: { repositories: { count: 1 } } } as unknown as SealedBody<GitlabBody>;
  const beside = await proveBundles(sealed, provingIn(folder(), away));

  assert.deepEqual([proven, why], [0, []]);
  assert.match(unknown[0]?.why ?? "", /git is not on this machine/);
  assert.match(unknown[0]?.toDo ?? "", /apt-get install git/);
  assert.deepEqual([none.empty, none.unknown], [1, []]);
  assert.deepEqual(beside.why, []);
  assert.match(beside.unknown?.message ?? "", /git is not on this machine/);
});

test("a Git that is killed, and one that has no room, tell nothing", { skip }, async () => {
  const ending =
    (script: string): Start =>
    (call) =>
      ports.programs.start(call.args[0] === "index-pack" ? { ...call, program: "sh", args: ["-c", script] } : call);
  const archive = archiveOf(filesOf(storage, hashed(one), "legacy"));

  for (const script of ["kill -9 $$", "echo 'fatal: write error: No space left on device' >&2; exit 128"]) {
    const { proven, why, unknown } = await said(archive, ending(script));
    assert.deepEqual([proven, why, unknown.length], [0, [], 1], script);
  }
});

test("a source that breaks, a tar that ends early and a reader that stops end it, and nothing is left", {
  skip,
}, async () => {
  const archive = archiveOf(filesOf(storage, hashed(one), "legacy"));
  const within = archive.indexOf("PACK") + 100;
  async function* breaking(thrown: Error | undefined): AsyncGenerator<Uint8Array> {
    yield* inPieces(archive.subarray(0, within), 50);
    if (thrown !== undefined) throw thrown;
  }
  const read = async (source: AsyncIterable<Uint8Array>, most = Infinity): Promise<ProvedArchive> => {
    const scratch = folder();
    const archived = new ArchivedRepositories(provingIn(scratch));
    let bytes = 0;
    try {
      for await (const chunk of archived.pass(source)) if ((bytes += chunk.length) > most) break;
    } finally {
      await archived.close();
      assert.deepEqual(readdirSync(scratch), []);
    }
    return archived.concluded();
  };

  await assert.rejects(read(breaking(new SystemError("away", "retry"))), /away/);
  await assert.rejects(read(breaking(new InputError("other bytes"))), /other bytes/);
  const stopped = await read(inPieces(archive, 50), within);
  const cut = await read(breaking(undefined));

  assert.deepEqual([stopped.proven, stopped.why, stopped.unknown.length], [0, [], 1]);
  assert.match(stopped.notes.join(), /was not read to its end: 0 bundles/);
  assert.match(cut.why.join(), /does not come back from the archive: the tar ends within a file/);
});

test("a bundle for which the disk has no room is unknown, and is not begun", { skip }, async () => {
  const proving = provingIn(folder());
  const make: typeof ports.scratch.make = async (...of) => {
    const made = await ports.scratch.make(...of);
    return { ...made, scratch: { ...made.scratch, freeBytes: async () => 8_000_000 } };
  };
  const archived = new ArchivedRepositories({ ...proving, ports: { ...proving.ports, scratch: { make } } });

  for await (const _ of archived.pass(inPieces(archiveOf(filesOf(storage, hashed(one), "legacy")))));
  await archived.close();
  const { proven, why, unknown } = archived.concluded();

  assert.deepEqual([proven, why], [0, []]);
  assert.match(unknown[0]?.why ?? "", /has no room/);
});
