import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keysOf } from "../../backups/repository/quick-key.test-support.ts";
import { isQuick } from "../../backups/repository/quick-key.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret, production } = site();
const [first, second] = [randomBytes(32).toString("hex"), randomBytes(32).toString("base64")];

/** Where these open the repository and its copy. */
function declare(key: string, ofSecond: string): void {
  const place = `{ repository: ${join(dir, "second")}, key: "${secret("second-key", ofSecond)}" }`;
  const declared = { head: "", key: `${key}\n`, stores: ["{ component: mlflow, kind: postgresql, url: env:NONE }"] };
  const text = production({ ...declared, more: [`second: ${place}`] });
  writeFileSync(join(dir, "millwright.server.yaml"), text.replace("backups:\n", "backups:\n  installation: acme\n"));
}

async function init(...more: readonly string[]): Promise<Said> {
  const said = await millwright(dir, ["backup", "init", ...more]);
  for (const hidden of [first, second]) assert.ok(!`${said.out}${said.err}`.includes(hidden));
  return said;
}

const kinds = (name: string): readonly boolean[] =>
  keysOf(join(dir, name))
    .map(({ text }) => isQuick(text))
    .toSorted((a, b) => Number(a) - Number(b));

test("a repository and its copy are made with a quick key; a second time there is nothing to do", async () => {
  declare(first, second);
  for (const [folder, ...more] of [["repository"], ["second", "--second"]] as const) {
    const made = await init(...more);
    assert.match(made.out, /^Made the (?:second )?repository .*It was given a quick key beside restic's own/, made.err);
    assert.deepEqual(kinds(folder), [false, true]);
    const again = await init(...more);
    assert.equal(again.code, 1);
    assert.match(again.err, /production has its (?:second )?repository already\.\s*$/);
  }
});

test("a repository that is there is given the quick key that it lacks, and keeps all else", async () => {
  const quick = keysOf(join(dir, "repository")).find(({ text }) => isQuick(text));
  rmSync(join(dir, "repository", "keys", quick?.name ?? ""));
  const others = readdirSync(join(dir, "repository", "keys"));

  const said = await init();

  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /^production has its repository already\. It was given a quick key/);
  assert.deepEqual(kinds("repository"), [false, true]);
  assert.ok(others.every((name) => readdirSync(join(dir, "repository", "keys")).includes(name)));
});

test("where the password could be guessed there is none, and it is said how to make one that cannot", async () => {
  for (const name of ["repository", "second"]) rmSync(join(dir, name), { recursive: true });
  declare("a password of words", "another of words");
  for (const [folder, ...more] of [["repository"], ["second", "--second"]] as const) {
    const made = await init(...more);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /could be guessed.*half a second of a core at each start.*openssl rand -hex 32/);
    assert.deepEqual(kinds(folder), [false]);
    assert.match((await init(...more)).err, /already\..*openssl rand -hex 32/);
  }
});
