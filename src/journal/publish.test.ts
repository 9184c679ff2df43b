import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sql } from "kysely";
import { openLogRepository } from "../edge/log-repository.ts";
import { SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Git } from "../kernel/ports.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { Anchor, signerOf } from "./anchor.ts";
import { draftOf, numbers, testNow } from "./chain.test-support.ts";
import { publishJournal } from "./publish.ts";
import { record } from "./store.ts";
import { verifyJournal } from "./verify.ts";

const signer = signerOf(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString());
const later = instantOf(Date.parse(testNow) + 3_600_000);

interface Place {
  readonly store: Store;
  /** Publishes as a server would whose own repository is in that folder. */
  readonly publish: (folder?: string) => ReturnType<typeof publishJournal>;
  /** Git in the repository that everybody pushes to. */
  readonly git: (...args: string[]) => string;
  readonly root: string;
}

async function place(t: TestContext): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), "millwright-log-"));
  const store = await testStore();
  t.after(async () => {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  });
  const bare = join(root, "remote.git");
  const env = {
    PATH: process.env["PATH"],
    HOME: root,
    GIT_AUTHOR_NAME: "Eve",
    GIT_AUTHOR_EMAIL: "e@example.org",
    GIT_COMMITTER_NAME: "Eve",
    GIT_COMMITTER_EMAIL: "e@example.org",
  };
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: bare, env, encoding: "utf8" }).trim();
  execFileSync("git", ["init", "--quiet", "--bare", bare], { env });
  const publish = async (folder = "own") => {
    const remote = { url: `file://${bare}`, env: {} };
    const log = { git: await openLogRepository(join(root, folder)), branch: "maintenance-log", remote };
    return publishJournal(store, later, { log, target: "maintenance-log", signer });
  };
  return { store, publish, git, root };
}

function chainOn({ git }: Place, branch = "maintenance-log"): string {
  const files = git("ls-tree", "-r", "--name-only", branch, "docs/maintenance-logs/chain/").split("\n");
  return files.map((file) => `${git("show", `${branch}:${file}`)}\n`).join("");
}

test("entries become pages of the log's template on their own branch, with a signed head", async (t) => {
  const here = await place(t);
  await record(
    here.store,
    draftOf(1, { task: "Upgrade GitLab # to *18*", durationSeconds: 5400, issues: ["none really"] }),
  );
  await record(here.store, draftOf(2, { links: { changeRequest: "https://git.example.org/mr/7", run: "r1" } }));

  const published = await here.publish();

  assert.equal(published?.sequence, 2);
  const files = here.git("ls-tree", "-r", "--name-only", "maintenance-log").split("\n");
  assert.deepEqual(files, [
    "docs/maintenance-logs/2026/11/2026-11-20-000001-change-upgrade-gitlab-to-18.md",
    "docs/maintenance-logs/2026/11/2026-11-20-000002-change-change-2.md",
    "docs/maintenance-logs/anchor.json",
    "docs/maintenance-logs/chain/000000001-000001000.jsonl",
  ]);
  const page = here.git("show", `maintenance-log:${files[0]}`);
  assert.match(
    page,
    /^# Upgrade GitLab \\# to \\\*18\\\*\n\n- \*\*Date:\*\* 2026-11-20, 22:01 UTC\n- \*\*Maintainer:\*\* Ada/,
  );
  assert.match(page, /\*\*Environment:\*\* staging\n- \*\*Duration:\*\* 1\.5 hours/);
  assert.match(page, /## Issues\n\n- none really\n\n## Next actions\n\nNone\./);
  assert.match(
    here.git("show", `maintenance-log:${files[1]}`),
    /\*\*Change request:\*\* https:\/\/git\.example\.org\/mr\/7/,
  );
  const anchor = Anchor.parse(JSON.parse(here.git("show", "maintenance-log:docs/maintenance-logs/anchor.json")));
  assert.equal(verifyJournal(chainOn(here), [{ name: "anchor", anchor }], signer.publicKey).kind, "whole");
  assert.match(here.git("log", "-1", "--format=%B", "maintenance-log"), new RegExp(`Journal-Head: 2 ${anchor.hash}`));
});

test("many entries are one commit, and publishing again without new ones is none", async (t) => {
  const here = await place(t);
  for (const number of numbers(12)) await record(here.store, draftOf(number));

  await here.publish();
  await here.publish();
  const before = here.git("rev-list", "--count", "maintenance-log");
  await record(here.store, draftOf(13));
  await here.publish();

  assert.deepEqual([before, here.git("rev-list", "--count", "maintenance-log")], ["1", "2"]);
});

test("a second server, or one that lost its folder or its notes, publishes nothing twice", async (t) => {
  const here = await place(t);
  await record(here.store, draftOf(1));
  await here.publish();
  await sql`delete from journal_published`.execute(here.store.tables());

  await here.publish("other");

  assert.equal(here.git("rev-list", "--count", "maintenance-log"), "1");
});

test("two servers that publish at once leave every entry there once", async (t) => {
  const here = await place(t);
  for (const number of numbers(5)) await record(here.store, draftOf(number));

  await Promise.all([here.publish("a"), here.publish("b"), here.publish("c")]);

  assert.equal(verifyJournal(chainOn(here), [], undefined).kind, "whole");
  assert.equal(here.git("rev-list", "--count", "maintenance-log"), "1");
});

test("ended before or after any of its steps and run again, each entry is there once and the chain is whole", async (t) => {
  const here = await place(t);
  const log = { branch: "maintenance-log", remote: { url: `file://${join(here.root, "remote.git")}`, env: {} } };
  let entries = 0;
  let commits = 0;
  for (const when of ["before", "after"]) {
    for (let step = 1; ; step += 1) {
      await record(here.store, draftOf(++entries));
      const git = await openLogRepository(join(here.root, "own"));
      let steps = 0;
      const dying: Git = {
        async run(...given) {
          steps += 1;
          if (steps === step && when === "before") throw new Error("killed");
          const answer = await git.run(...given);
          if (steps === step) throw new Error("killed");
          return answer;
        },
      };
      const publish = (port: Git) =>
        publishJournal(here.store, later, { log: { ...log, git: port }, target: "maintenance-log", signer });
      const killed = await publish(dying).then(
        () => false,
        (thrown: unknown) => /killed|no longer holds/.test(String(thrown)),
      );
      await publish(git);
      commits += 1;
      assert.equal(here.git("rev-list", "--count", "maintenance-log"), String(commits));
      if (!killed) break;
    }
  }

  const verdict = verifyJournal(chainOn(here), [], undefined);
  assert.equal(verdict.kind === "whole" ? verdict.entries : verdict.why, entries);
  assert.ok(entries > 15, `${entries} points`);
});

test("what others pushed to the branch stays", async (t) => {
  const here = await place(t);
  await record(here.store, draftOf(1));
  await here.publish();
  const tree = here.git("rev-parse", "maintenance-log^{tree}");
  const theirs = here.git("commit-tree", tree, "-p", "maintenance-log", "-m", "a remark");
  here.git("update-ref", "refs/heads/maintenance-log", theirs);
  await record(here.store, draftOf(2));

  await here.publish();

  assert.match(here.git("log", "--format=%s", "maintenance-log"), /entry 2\na remark\n.*entry 1/);
});

test("a branch that was rewritten or deleted is found, and nothing is pushed over it", async (t) => {
  const here = await place(t);
  await record(here.store, draftOf(1));
  await here.publish();
  await record(here.store, draftOf(2));
  const tree = here.git("rev-parse", "maintenance-log^{tree}");
  const forged = here.git("commit-tree", tree, "-m", "history begins here");
  const refusal = (words: RegExp) => (thrown: unknown) =>
    thrown instanceof SystemError && thrown.remedy === "stop" && words.test(thrown.message);

  here.git("update-ref", "refs/heads/maintenance-log", forged);
  await assert.rejects(here.publish(), refusal(/was rewritten\. Nothing was pushed/));
  assert.equal(here.git("rev-parse", "maintenance-log"), forged);

  here.git("update-ref", "-d", "refs/heads/maintenance-log");
  await assert.rejects(here.publish(), refusal(/was deleted/));
});

test("a database put back from yesterday's backup does not publish other entries under numbers already used", async (t) => {
  const here = await place(t);
  for (const number of numbers(3)) await record(here.store, draftOf(number));
  await here.publish();
  await sql`alter table journal_entries disable trigger all`.execute(here.store.tables());
  await sql`delete from journal_entries where sequence > 1`.execute(here.store.tables());
  await sql`update journal_published set sequence = 1`.execute(here.store.tables());
  await record(here.store, draftOf(9));

  await assert.rejects(here.publish(), /entry 3, which this database does not have/);
  await record(here.store, draftOf(10));
  await assert.rejects(here.publish(), /entry 3 in this database is not the one that was published/);
});

test("without a place to push to, the branch stays in the repository of our own", async (t) => {
  const { store, root } = await place(t);
  await record(store, draftOf(1));
  const git = await openLogRepository(join(root, "alone"));

  await publishJournal(store, later, { log: { git, branch: "log" }, target: "log", signer: undefined });
  await record(store, draftOf(2));
  await publishJournal(store, later, { log: { git, branch: "log" }, target: "log", signer: undefined });

  assert.match(await git.run(["log", "--format=%s", "log"]), /entry 2\n.*entry 1/);
});

test("documents of others are put beside the entries, and no path leads out of the tree", async (t) => {
  const { store, root } = await place(t);
  await record(store, draftOf(1));
  const git = await openLogRepository(join(root, "alone"));
  const options = { log: { git, branch: "log" }, target: "log", signer: undefined };
  const documents = (path: string) => async () => [{ path, text: "text\n" }];

  await publishJournal(store, later, { ...options, documents: documents("docs/incidents/1.md") });
  assert.match(await git.run(["ls-tree", "-r", "--name-only", "log"]), /docs\/incidents\/1\.md/);

  for (const path of ["../x", "docs/../../x", ".git/config", "a b", "docs\nM 1"])
    await assert.rejects(
      publishJournal(store, later, { ...options, documents: documents(path) }),
      /no path for the log/,
    );
});

test("a lock that a killed process left does not stop the next one", async (t) => {
  const { store, root } = await place(t);
  await record(store, draftOf(1));
  const git = await openLogRepository(join(root, "alone"));
  writeFileSync(join(root, "alone", "index.lock"), "");

  const published = await publishJournal(store, later, { log: { git, branch: "log" }, target: "log", signer });

  assert.equal(published?.sequence, 1);
  assert.equal(readdirSync(join(root, "alone")).includes("index"), false);
});
