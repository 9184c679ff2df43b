import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";

/*
 * The program here is no MLflow: it speaks as the one that asks it expects, and answers what a test says. The contract holds the real
 * one against a backup of ours.
 */

const repository = await TestRepository.make();
const { manifest } = await repository.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));
const path = process.env["PATH"] ?? "";

/** A path with a `mlflow` first, run by a Python of this name that answers these lines, one each to what it is told. */
function pathWith(answers: readonly string[], more = "cat > /dev/null"): string {
  const bin = join(folder(), "bin");
  mkdirSync(bin);
  const say = answers.map((answer) => `read -r line; printf '%s\\n' '${answer}'`);
  writeFileSync(join(bin, "python3"), `#!/bin/sh\n${say.join("\n")}\n${more}\n`);
  writeFileSync(join(bin, "mlflow"), `#!${join(bin, "python3")}\nimport mlflow\n`);
  for (const file of ["python3", "mlflow"]) chmodSync(join(bin, file), 0o755);
  return `${bin}:${path}`;
}

const opened = '{"version": "2.14.3"}';
const reply = (status: number, body: object): string => JSON.stringify({ status, body: JSON.stringify(body) });
const listing = (...names: readonly string[]): string =>
  reply(200, { registered_models: names.map((name) => ({ name })) });

async function provedWith(on: string) {
  const { verdict, notes } = await repository.prove(manifest.id, { path: on });
  return { verdict, said: notes.filter((note) => note.includes("MLflow")) };
}

test("where MLflow is at hand a proof says what it lists", async () => {
  assert.deepEqual(await provedWith(pathWith([opened, listing("iris")])), {
    verdict: { kind: "proven" },
    said: ["MLflow 2.14.3 lists 1 registered model"],
  });
});

test("one that lists other models than there are rows of fails the proof", async () => {
  for (const names of [[], ["other"], ["iris", "other"]]) {
    const { verdict } = await provedWith(pathWith([opened, listing(...names)]));
    assert.ok(verdict.kind === "failed");
    assert.match(
      verdict.why.join(),
      new RegExp(`lists ${names.length} registered models?, and there are rows of 1; not in both: (?:iris|other)`),
    );
  }
});

test("where it is not at hand, cannot begin, or refuses the database, that is said and proves nothing", async () => {
  const refusal = reply(500, { message: "Detected out-of-date database schema (found version x, but expected y)" });
  for (const [on, words] of [
    [path, /was not asked for its registered models: there is no program mlflow on the path here/],
    [pathWith([opened], "echo 'No module named mlflow' >&2; exit 1"), /the one at hand ended with 1: No module named/],
    [pathWith([opened, refusal]), /the one at hand refuses: Detected out-of-date database schema/],
    [pathWith(["Traceback"]), /what it answers is none: Traceback/],
  ] as const) {
    const { verdict, said } = await provedWith(on);
    assert.deepEqual([verdict, said.length], [{ kind: "proven" }, 1]);
    assert.match(said[0] ?? "", words);
  }
});

test("it is told where the database is by its own line, and ends with the proof", async () => {
  const seen = join(folder(), "seen");
  chmodSync(join(seen, ".."), 0o777);
  const on = pathWith([], `read -r uri; echo "$uri" > ${seen}; echo $$ >> ${seen}; echo '${opened}'; exec sleep 600`);
  const broken = new AbortController();
  const proof = repository.prove(manifest.id, {
    path: on,
    signal: broken.signal,
    progress: (text) => void (/asking MLflow/.test(text) ? untilThere(seen).then(() => broken.abort()) : undefined),
  });
  await assert.rejects(proof, /the proof was broken off/);
  const [uri = "", pid = ""] = (await readAll(seen)).split("\n");
  assert.match(uri, /^postgresql:\/\/millwright_restorer@\/restored_1\?host=%2F.*&port=5432&options=/);
  assert.equal(
    new URLSearchParams(uri.split("?")[1]).get("options"),
    '-cdefault_transaction_read_only=on -csearch_path="public"',
  );
  assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
});

async function readAll(file: string): Promise<string> {
  if ((await testPorts.files.look(file)) === undefined) return "";
  let text = "";
  for await (const chunk of testPorts.files.read(file)) text += Buffer.from(chunk).toString();
  return text;
}

async function untilThere(file: string): Promise<void> {
  for (let waited = 0; waited < 60_000 && (await readAll(file)).split("\n").length < 3; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
