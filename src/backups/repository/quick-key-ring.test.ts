import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ProgramCall } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import { folder } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { keysOf, namedKey, quickenKey } from "./quick-key.test-support.ts";
import { isQuick } from "./quick-key.ts";
import { Repository } from "./restic.ts";

const random = (): string => randomBytes(32).toString("hex");

async function made(password = random()): Promise<TestRepository> {
  const repository = new TestRepository(join(folder(), "repository"), password);
  repository.id = await repository.open().init();
  return repository;
}

/** restic's own key takes no half second any more; the quick one is there. */
async function quickened(): Promise<TestRepository & { readonly quick: string; readonly slow: string }> {
  const repository = await made();
  quickenKey(repository.folder, repository.password);
  assert.equal((await repository.open().addQuickKey()).kind, "made");
  const keys = keysOf(repository.folder);
  const file = (wanted: boolean): string =>
    join(repository.folder, "keys", keys.find(({ text }) => isQuick(text) === wanted)?.name ?? "");
  return Object.assign(repository, { quick: file(true), slow: file(false) });
}

/** What restic was told when its repository was opened. */
async function startedBy(repository: TestRepository, environment = {}): Promise<ProgramCall["env"]> {
  const calls: ProgramCall[] = [];
  const programs = {
    ...testPorts.programs,
    start: (call: ProgramCall) => {
      calls.push(call);
      return testPorts.programs.start(call);
    },
  };
  const place = { repository: repository.folder, password: repository.password, environment };
  assert.equal(await new Repository(place, { ...testPorts, programs }).id(), repository.id);
  return calls[0]?.env;
}

const hintOf = async (repository: TestRepository): Promise<string | undefined> =>
  (await startedBy(repository))?.["RESTIC_KEY_HINT"];

const restic = ({ folder: at, password }: TestRepository, ...args: readonly string[]): string =>
  execFileSync("restic", ["--no-cache", ...args], {
    env: { PATH: process.env["PATH"], HOME: "/", RESTIC_REPOSITORY: at, RESTIC_PASSWORD: password },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

const nameIn = (file: string): string => file.split("/").at(-1) ?? "";

test("a quick key stands beside restic's own: both are listed and open, and restic's check finds nothing", async () => {
  const repository = await made();
  const [own] = keysOf(repository.folder);
  assert.equal(await hintOf(repository), undefined);

  assert.deepEqual(await repository.open().addQuickKey(), { kind: "made", strange: [] });
  assert.deepEqual(await repository.open().addQuickKey(), { kind: "there", strange: [] });

  const keys = keysOf(repository.folder);
  const quick = keys.find(({ name }) => name !== own?.name);
  assert.equal(keys.length, 2);
  assert.deepEqual(
    keys.find(({ name }) => name === own?.name),
    own,
  );
  const [ownMode, quickMode] = keys.map(({ name }) => statSync(join(repository.folder, "keys", name)).mode);
  assert.equal(quickMode, ownMode);
  for (const { name } of keys) {
    const listed = JSON.parse(restic(repository, "--key-hint", name, "key", "list", "--json")) as readonly {
      readonly id: string;
      readonly current: boolean;
      readonly userName: string;
    }[];
    assert.equal(listed.find(({ current }) => current)?.id, name.slice(0, 8));
    assert.deepEqual(
      listed.filter(({ userName }) => userName === "millwright-quick").map(({ id }) => id),
      [quick?.name.slice(0, 8)],
    );
  }
  assert.match(restic(repository, "cat", "config"), new RegExp(repository.id));
  assert.match(restic(repository, "check"), /no errors were found/);
  assert.deepEqual(await repository.open().check(true), []);
  assert.equal(await hintOf(repository), quick?.name);
});

test("where the environment names a key to try first, that stays", async () => {
  const repository = await quickened();
  const env = await startedBy(repository, { RESTIC_KEY_HINT: nameIn(repository.slow) });
  assert.equal(env?.["RESTIC_KEY_HINT"], nameIn(repository.slow));
});

test("a password that could be guessed gets no quick key", async () => {
  const repository = await made("canary and some words");
  assert.deepEqual(await repository.open().addQuickKey(), { kind: "guessable", strange: [] });
  assert.equal(keysOf(repository.folder).length, 1);
  assert.equal((await repository.open({ password: random() }).addQuickKey()).kind, "failed");
  assert.equal(keysOf(repository.folder).length, 1);
});

test("a damaged, cut, senseless or missing quick key hinders nothing, and the check finds what is damaged", async () => {
  const repository = await quickened();
  const whole = readFileSync(repository.quick);
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x04, at);
    return bytes;
  };
  const damages: readonly (readonly [string, Buffer | undefined])[] = [
    ["flipped in its data", flipped(whole.indexOf('"data":"') + 40)],
    ["flipped in its form", flipped(0)],
    ["cut", whole.subarray(0, whole.length / 2)],
    ["empty", Buffer.alloc(0)],
    ["senseless", Buffer.from('{"kdf":')],
    ["too long", Buffer.alloc(100_000, " ")],
    ["gone", undefined],
  ];
  chmodSync(repository.quick, 0o600);
  for (const [what, bytes] of damages) {
    if (bytes === undefined) rmSync(repository.quick);
    else writeFileSync(repository.quick, bytes);

    assert.equal(await hintOf(repository), bytes === undefined ? undefined : nameIn(repository.slow), what);
    const { snapshot } = await repository.open().store(
      "file",
      [],
      (async function* () {
        yield Buffer.from(what);
      })(),
      new AbortController().signal,
    );
    assert.equal(await repository.open().text(snapshot, "file"), what);
    const complaints = await repository.open().check(false);
    if (bytes === undefined) assert.deepEqual(complaints, []);
    else
      assert.match(
        complaints.join("\n"),
        new RegExp(`^key ${nameIn(repository.quick).slice(0, 8)} is damaged: `, "m"),
        what,
      );
    writeFileSync(repository.quick, whole);
  }
  assert.deepEqual(await repository.open().check(false), []);
});

test("restic's own key that is damaged or missing is found, though the quick one opens everything", async () => {
  const repository = await quickened();
  const whole = readFileSync(repository.slow);
  chmodSync(repository.slow, 0o600);

  writeFileSync(repository.slow, whole.subarray(0, -1));
  assert.equal(await repository.open().id(), repository.id);
  assert.deepEqual(await repository.open().check(false), [
    `key ${nameIn(repository.slow).slice(0, 8)} is damaged: its content does not match its name`,
  ]);
  rmSync(repository.slow);
  assert.equal(await repository.open().id(), repository.id);
  assert.match((await repository.open().check(false)).join(), /^restic's own key is missing, only a quick one is left/);
  writeFileSync(repository.slow, whole);
  assert.deepEqual(await repository.open().check(false), []);
});

test("a hostile key file is not derived from and stops no backup", async () => {
  const repository = await quickened();
  const { text } = namedKey(readFileSync(repository.quick, "utf8"));
  const file = JSON.parse(text) as Readonly<Record<string, unknown>>;
  rmSync(repository.quick);
  for (const hostile of [{ ...file, N: 2 ** 34 }, { ...file, kdf: "argon2id" }, "not a key", { ...file, p: 2 ** 20 }]) {
    const planted = namedKey(JSON.stringify(hostile));
    const at = join(repository.folder, "keys", planted.name);
    writeFileSync(at, planted.text);
    assert.equal(await hintOf(repository), nameIn(repository.slow));
    assert.deepEqual(await repository.open().check(false), [
      `key ${planted.name.slice(0, 8)} is damaged: it is no key file of restic's`,
    ]);
    rmSync(at);
  }
});

test("a wrong password is refused in the same words, with a quick key and without", async () => {
  const [plain, quick] = [await made(), await quickened()];
  const words = async (repository: TestRepository): Promise<string> => {
    const thrown = await repository
      .open({ password: random() })
      .snapshots()
      .catch((one: unknown) => one);
    assert.ok(thrown instanceof SystemError && thrown.remedy === "stop");
    return thrown.message;
  };
  assert.match(await words(plain), /this repository's password/);
  assert.equal(await words(quick), await words(plain));
});

test("after a change of password the quick key of the old one is told, not tried, and one for the new is made", async () => {
  const repository = await quickened();
  const password = random();
  restic(repository, "key", "add", "--new-password-file", newFile(password));
  rmSync(repository.slow);
  const changed = Object.assign(new TestRepository(repository.folder, password), { id: repository.id });

  assert.equal(await hintOf(changed), undefined);
  const stale = nameIn(repository.quick);
  assert.deepEqual(await changed.open().addQuickKey(), { kind: "made", strange: [stale] });
  const hint = await hintOf(changed);
  assert.ok(hint !== undefined && hint !== stale);
  restic(changed, "key", "remove", stale.slice(0, 8));
  await assert.rejects(repository.open().id(), /this repository's password/);
  assert.deepEqual(await changed.open().addQuickKey(), { kind: "there", strange: [] });
});

test("a copy is opened by its own hint, and what it is copied from by its", async () => {
  const [first, second] = [await quickened(), await made()];
  await second.open().addQuickKey();
  const calls: ProgramCall[] = [];
  const programs = {
    ...testPorts.programs,
    start: (call: ProgramCall) => {
      calls.push(call);
      return testPorts.programs.start(call);
    },
  };
  const { snapshot } = await first.open().store(
    "file",
    [],
    (async function* () {
      yield Buffer.from("a");
    })(),
    new AbortController().signal,
  );

  await second.open({}, { programs }).copyFrom(first.open(), [snapshot], new AbortController().signal);

  const quick = keysOf(second.folder).find(({ text }) => isQuick(text));
  const env = calls.at(-1)?.env;
  assert.deepEqual([env?.["RESTIC_KEY_HINT"], env?.["RESTIC_FROM_KEY_HINT"]], [quick?.name, nameIn(first.quick)]);
  assert.equal((await second.open().snapshots()).length, 1);
});

test("a quick key that cannot be written is no failure of what was to be done", async () => {
  const repository = await made();
  const keys = join(repository.folder, "keys");
  const refused = {
    openKeys: (at: string) => ({
      ...testPorts.openKeys(at),
      write: () => Promise.reject(new SystemError("the disk is full", "stop")),
    }),
  };
  assert.deepEqual(await repository.open({}, refused).addQuickKey(), {
    kind: "failed",
    why: "the disk is full",
    strange: [],
  });
  assert.equal(readdirSync(keys).length, 1);
  const away = {
    openKeys: () => ({ ...testPorts.openKeys(""), list: () => Promise.reject(new SystemError("away", "retry")) }),
  };
  assert.equal(await repository.open({}, away).id(), repository.id);
  assert.deepEqual(await repository.open({}, away).check(false), []);
});

test("a store that goes away while its key files are read takes nothing of what restic's check found", async () => {
  const repository = await made();
  const [own] = keysOf(repository.folder);
  const goes = {
    openKeys: () => ({
      ...testPorts.openKeys(""),
      list: async () => [own?.name ?? ""],
      read: () => Promise.reject(new SystemError("away", "retry")),
    }),
  };
  assert.deepEqual(await repository.open({}, goes).check(false), []);
  const snapshots = join(repository.folder, "snapshots");
  writeFileSync(join(snapshots, "a".repeat(64)), "no snapshot");
  assert.notDeepEqual(await repository.open({}, goes).check(false), []);
});

test("a backend that only restic speaks to has no quick key", async () => {
  for (const address of ["sftp:nobody@nowhere:/r", "rest:http://127.0.0.1:9/", "rclone:x:y", "s3:nowhere/b"]) {
    const place = { repository: address, password: random(), environment: {} };
    assert.deepEqual(await new Repository(place, testPorts).addQuickKey(), { kind: "elsewhere", strange: [] });
  }
});

function newFile(text: string): string {
  const file = join(folder(), "password");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
