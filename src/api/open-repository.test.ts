import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { runGit } from "../edge/git.ts";
import { openRepository } from "./open-repository.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-open-repository-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("several who ask for a repository at once all get it: no fetch meets another in the copy", async () => {
  const origin = join(folder, "origin");
  await runGit(folder, ["init", "--quiet", "-b", "main", origin]);
  writeFileSync(join(origin, "a.yaml"), "a: 1\n");
  await runGit(origin, ["add", "."]);
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  await runGit(origin, [...author, "commit", "--quiet", "--message", "first"]);
  const asked = { name: "platform", url: `file://${origin}`, ref: "main", everyMinutes: 1 };

  const opened = await Promise.all(Array.from({ length: 6 }, () => openRepository(asked as never, folder, undefined)));

  assert.equal(new Set(opened.map(({ revision }) => revision)).size, 1);
  assert.match(opened[0]?.revision ?? "", /^[0-9a-f]{40}$/);
  const missing = openRepository({ ...asked, ref: "nowhere" } as never, folder, undefined);
  const next = openRepository(asked as never, folder, undefined);
  await assert.rejects(missing, /nowhere/);
  assert.equal((await next).revision, opened[0]?.revision, "a failure keeps nobody waiting");
});

test("processes that share the copy all get it, while new commits come", async () => {
  const origin = join(folder, "busy");
  await runGit(folder, ["init", "--quiet", "-b", "main", origin]);
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  const commit = () => runGit(origin, [...author, "commit", "--quiet", "--allow-empty", "--message", "next"]);
  await commit();
  const asked = { name: "busy", url: `file://${origin}`, ref: "main", everyMinutes: 1 };
  const code = `
    import { openRepository } from ${JSON.stringify(join(import.meta.dirname, "open-repository.ts"))};
    for (let round = 0; round < 4; round += 1) {
      const { tree, revision } = await openRepository(${JSON.stringify(asked)}, ${JSON.stringify(folder)}, undefined);
      await tree.list();
      if (!/^[0-9a-f]{40}$/.test(revision)) throw new Error("no revision");
    }`;

  let going = true;
  const others = Promise.all(
    Array.from({ length: 3 }, () => promisify(execFile)(process.execPath, ["--input-type=module", "-e", code])),
  ).finally(() => {
    going = false;
  });
  // Each new commit has Git write the copy's list of shallow commits anew, which it refuses while another does.
  while (going) await commit();

  assert.equal((await others).length, 3);
});
