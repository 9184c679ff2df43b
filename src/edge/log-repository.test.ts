import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { serveLocally } from "./local-server.ts";
import { openLogRepository, pushVariables } from "./log-repository.ts";

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
  const env = await pushVariables(folder, { url, secret: token });
  return git.run(["ls-remote", "--", url, "refs/heads/log"], { env }).then(
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

test("a private key is a file that only we read, and the only one that is tried", async () => {
  const env = await pushVariables(folder, { url: "git@git.example.org:group/project.git", secret: "KEY" });

  const file = join(folder, "push-key");
  assert.equal(readFileSync(file, "utf8"), "KEY\n");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(env["GIT_SSH_COMMAND"] ?? "", /-oIdentitiesOnly=yes -oBatchMode=yes -oStrictHostKeyChecking=yes/);
});

test("a repository on this machine needs no credential", async () => {
  assert.deepEqual(await pushVariables(folder, { url: "file:///srv/log.git", secret: undefined }), {});
});

test("the repository is made once, and opened again as it is", async () => {
  const git = await openLogRepository(join(folder, "twice"));
  const tree = (await git.run(["mktree"], { input: "" })).trim();
  const again = await openLogRepository(join(folder, "twice"));

  assert.equal((await again.run(["cat-file", "-t", tree])).trim(), "tree");
  assert.equal((await again.run(["rev-parse", "--is-bare-repository"])).trim(), "true");
});

test("a lock that a killed Git left is removed; one that may be in use is not", async () => {
  const place = join(folder, "locked");
  await openLogRepository(place);
  mkdirSync(join(place, "refs", "millwright"), { recursive: true });
  const [old, young] = [join(place, "refs", "millwright", "next.lock"), join(place, "packed-refs.lock")];
  for (const file of [old, young]) writeFileSync(file, "");
  utimesSync(old, 1, 1);

  await openLogRepository(place);

  assert.deepEqual([existsSync(old), existsSync(young)], [false, true]);
});
