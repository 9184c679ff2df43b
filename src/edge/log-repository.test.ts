import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { serveLocally } from "./local-server.ts";
import { openLogRepository, withCredential } from "./log-repository.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-log-repository-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const token = "t0ken-of-the-branch";

async function server(t: TestContext, location?: string) {
  const made = await serveLocally((_, response) => {
    if (location === undefined) response.writeHead(403).end();
    else response.writeHead(302, { location }).end();
  });
  t.after(() => made.close());
  return made;
}

async function lsRemote(url: string): Promise<string> {
  const git = await openLogRepository(join(folder, "log"));
  const asked = withCredential(folder, { url, secret: token }, (env) =>
    git.run(["ls-remote", "--", url, "refs/heads/log"], { env }),
  );
  return asked.then(
    () => "no failure",
    (thrown: unknown) => String(thrown),
  );
}

test("a token reaches the server in its header, and no message", async (t) => {
  const forge = await server(t);

  const failure = await lsRemote(`${forge.url}/group/project.git`);

  const basic = Buffer.from(`oauth2:${token}`).toString("base64");
  assert.deepEqual(forge.asked, [`GET /group/project.git/info/refs?service=git-upload-pack Basic ${basic}`]);
  assert.doesNotMatch(failure, new RegExp(`${token}|${basic}`));
});

test("a redirect does not carry the token to another server", async (t) => {
  const other = await server(t);
  const forge = await server(t, `${other.url}/group/project.git/info/refs?service=git-upload-pack`);

  assert.match(await lsRemote(`${forge.url}/group/project.git`), /302/);
  assert.deepEqual(other.asked, []);
});

const overSsh = { url: "git@git.example.org:group/project.git", secret: "KEY" };
const keysIn = (place: string): readonly string[] => readdirSync(place).filter((name) => name.startsWith("key-"));

test("a private key is a file that only we read, the only one that is tried, and gone after the work", async () => {
  const place = join(folder, "ssh");
  await openLogRepository(place);
  await withCredential(place, overSsh, async (env) => {
    const file = join(place, keysIn(place)[0] ?? "none");
    assert.equal(readFileSync(file, "utf8"), "KEY\n");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const command = env["GIT_SSH_COMMAND"] ?? "";
    assert.match(command, /-oIdentitiesOnly=yes -oBatchMode=yes -oStrictHostKeyChecking=yes/);
    assert.ok(command.includes(file));
  });
  assert.deepEqual(keysIn(place), []);
  await assert.rejects(
    withCredential(place, overSsh, () => Promise.reject(new Error("the push failed"))),
    /the push failed/,
  );
  assert.deepEqual(keysIn(place), []);
});

test("a repository on this machine needs no credential", async () => {
  assert.deepEqual(
    await withCredential(folder, { url: "file:///srv/log.git", secret: undefined }, async (env) => env),
    {},
  );
});

test("the repository is made once, and opened again as it is", async () => {
  const git = await openLogRepository(join(folder, "twice"));
  const tree = (await git.run(["mktree"], { input: "" })).trim();
  const again = await openLogRepository(join(folder, "twice"));

  assert.equal((await again.run(["cat-file", "-t", tree])).trim(), "tree");
  assert.equal((await again.run(["rev-parse", "--is-bare-repository"])).trim(), "true");
});

test("a lock that a killed Git left is removed, and a key that we left; those that may be in use are not", async () => {
  const place = join(folder, "locked");
  await openLogRepository(place);
  mkdirSync(join(place, "refs", "millwright"), { recursive: true });
  const old = [join(place, "refs", "millwright", "next.lock"), join(place, "key-0a"), join(place, "push-key")];
  const young = [join(place, "packed-refs.lock"), join(place, "key-0b")];
  for (const file of [...old, ...young]) writeFileSync(file, "");
  for (const file of old) utimesSync(file, 1, 1);

  await openLogRepository(place);

  assert.deepEqual(old.filter(existsSync), []);
  assert.deepEqual(young.filter(existsSync), young);
});
