import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { InputError } from "../kernel/errors.ts";
import type { Tree } from "../kernel/ports.ts";
import { openFolder } from "./folder-tree.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "folder-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function put(path: string, content: string | Buffer = "x"): void {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), content);
}

function makePipe(path: string): void {
  execFileSync("sh", ["-c", 'mkfifo "$0"', join(dir, path)]);
}

async function reasonsOf(tree: Tree): Promise<Record<string, string>> {
  const { skipped } = await tree.list();
  return Object.fromEntries(skipped.map(({ file, reason }) => [file, reason]));
}

async function pathsOf(tree: Tree): Promise<readonly string[]> {
  return (await tree.list()).files.map(({ path }) => path);
}

test("files come in the order of their whole paths and read back as written", async () => {
  put("a/z.yaml", "one");
  put("a-b.yaml", "two");
  put("a.yaml", "three");
  put("B.yaml", "four");
  const tree = openFolder(dir);

  const { files } = await tree.list();
  const contents = await tree.read(files);

  assert.deepEqual(
    files.map(({ path }) => path),
    ["B.yaml", "a-b.yaml", "a.yaml", "a/z.yaml"],
  );
  assert.deepEqual(
    contents.map((content) => ("file" in content ? content.reason : Buffer.from(content).toString())),
    ["four", "two", "three", "one"],
  );
});

test("a version changes with the content, also when the size stays", async () => {
  put("a", "one");
  const before = (await openFolder(dir).list()).files[0]?.version;
  put("b", "two");
  renameSync(join(dir, "b"), join(dir, "a"));
  const after = (await openFolder(dir).list()).files[0]?.version;

  assert.notEqual(before, after);
});

test("a version changes with the content, also when size and modification time stay", async () => {
  const at = new Date("2024-05-05T05:05:05.5Z");
  put("a", "one");
  utimesSync(join(dir, "a"), at, at);
  await setTimeout(60);
  const before = await versionOfA();
  put("a", "two");
  utimesSync(join(dir, "a"), at, at);
  await setTimeout(60);

  assert.notEqual(await versionOfA(), before);
});

test("a version comes back for a file that was left alone, and never for one changed a moment ago", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  put("a", "one");
  assert.notEqual(await versionOfA(), await versionOfA());

  context.mock.timers.tick(3_600_000);
  assert.equal(await versionOfA(), await versionOfA());
});

async function versionOfA(): Promise<string | undefined> {
  return (await openFolder(dir).list()).files.find((file) => file.path === "a")?.version;
}

test("no link is followed, and each says why", async () => {
  put("in/file");
  symlinkSync("in/file", join(dir, "to-file"));
  symlinkSync("in", join(dir, "to-folder"));
  symlinkSync("..", join(dir, "in/up"));
  symlinkSync("/etc/passwd", join(dir, "outside"));
  symlinkSync(`${dir}-sibling`, join(dir, "nothing"));
  symlinkSync("loop", join(dir, "loop"));

  const tree = openFolder(dir);

  assert.deepEqual(await pathsOf(tree), ["in/file"]);
  assert.deepEqual(await reasonsOf(tree), {
    "to-file": "a link; its target is read at its own path",
    "to-folder": "a link; its target is read at its own path",
    "in/up": "a link; its target is read at its own path",
    outside: "a link that leads outside",
    nothing: "a link to nothing",
    loop: "a link that leads to itself",
  });
});

test("a folder whose name begins like the root's is outside", async () => {
  const sibling = `${dir}-sibling`;
  mkdirSync(sibling);
  symlinkSync(sibling, join(dir, "next-door"));

  try {
    assert.deepEqual(await reasonsOf(openFolder(dir)), { "next-door": "a link that leads outside" });
  } finally {
    rmSync(sibling, { recursive: true });
  }
});

test("a file swapped for a link after the listing is refused", async () => {
  put("a");
  const tree = openFolder(dir);
  const { files } = await tree.list();
  rmSync(join(dir, "a"));
  symlinkSync("/etc/passwd", join(dir, "a"));

  assert.deepEqual(await tree.read(files), [{ file: "a", reason: "it became a link while the folder was read" }]);
});

test("a file swapped for a pipe after the listing does not hold the reader up", async () => {
  put("a");
  const tree = openFolder(dir);
  const { files } = await tree.list();
  rmSync(join(dir, "a"));
  makePipe("a");

  assert.deepEqual(await tree.read(files), [{ file: "a", reason: "not a file" }]);
});

test("a path that leads outside is not read, whoever made the entry", async () => {
  const tree = openFolder(dir);

  const contents = await tree.read([
    { path: "../etc/passwd", size: 1, version: "" },
    { path: "/etc/passwd", size: 1, version: "" },
  ]);

  assert.deepEqual(
    contents.map((content) => ("file" in content ? content.reason : "read")),
    ["its path leads outside", "its path leads outside"],
  );
});

test("pipes and sockets are passed over", async () => {
  makePipe("pipe");
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(join(dir, "socket"), resolve);
  });

  try {
    assert.deepEqual(await reasonsOf(openFolder(dir)), { pipe: "not a file", socket: "not a file" });
  } finally {
    server.close();
  }
});

test("hostile names survive the walk and read back", async () => {
  const names = ["-rf", "a\nb.yaml", "\u001b[31mred.yaml", "..yaml", "...", "quote\"'.yaml", "ünï—🦊.yaml", " "];
  for (const name of names) put(name, name);
  const tree = openFolder(dir);

  const { files, skipped } = await tree.list();
  const contents = await tree.read(files);

  assert.deepEqual(files.map(({ path }) => path).toSorted(), names.toSorted());
  assert.deepEqual(
    contents.map((content) => ("file" in content ? content.reason : Buffer.from(content).toString())),
    files.map(({ path }) => path),
  );
  assert.deepEqual(skipped, []);
});

test("a name that is no UTF-8 is shown by its bytes, and its neighbours are read", async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad-`), Buffer.from([0xff]), Buffer.from(".yaml")]), "x");
  put("good.yaml");
  put("really-\uFFFD.yaml");

  const tree = openFolder(dir);

  assert.deepEqual(await pathsOf(tree), ["good.yaml", "really-\uFFFD.yaml"]);
  assert.deepEqual(await reasonsOf(tree), { "bad-\\xff.yaml": "its name is not UTF-8" });
});

test("folders of tools are passed over, and a vendor folder only when it holds packages", async () => {
  put(".git/config");
  put("node_modules/a/package.json");
  put("tf/.terraform/modules/modules.json");
  put("go/vendor/modules.txt");
  put("go/vendor/k8s.io/x.yaml");
  put("charts/vendor/values.yaml");
  put("env/pyvenv.cfg");

  const tree = openFolder(dir);

  assert.deepEqual(await pathsOf(tree), ["charts/vendor/values.yaml"]);
  assert.deepEqual(Object.keys(await reasonsOf(tree)).toSorted(), [
    "env",
    "go/vendor",
    "node_modules",
    "tf/.terraform",
  ]);
});

test("a file above the limit is skipped with its size; one exactly at it is read", async () => {
  put("at", Buffer.alloc(1_000_000));
  put("above", Buffer.alloc(1_000_001));
  const tree = openFolder(dir, { maxBytes: 1_000_000 });

  assert.deepEqual(await pathsOf(tree), ["at"]);
  assert.deepEqual(await reasonsOf(tree), { above: "larger than 1 MB (1.0 MB)" });
});

test("a file that grew past the limit after the listing is not read", async () => {
  put("a", "small");
  const tree = openFolder(dir, { maxBytes: 1_000_000 });
  const { files } = await tree.list();
  put("a", Buffer.alloc(2_000_000));

  const [content] = await tree.read(files);

  assert.deepEqual(content, { file: "a", reason: "larger than 1 MB (2.0 MB)" });
});

test("what may not be opened is listed, and the rest is still read", async () => {
  put("closed/secret.yaml");
  put("closed.yaml");
  put("open.yaml");
  chmodSync(join(dir, "closed"), 0o000);
  chmodSync(join(dir, "closed.yaml"), 0o000);
  chmodSync(dir, 0o755);
  const script = `
    const { openFolder } = await import(${JSON.stringify(join(import.meta.dirname, "folder-tree.ts"))});
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    const tree = openFolder(${JSON.stringify(dir)});
    const { files, skipped } = await tree.list();
    console.log(JSON.stringify({ skipped, contents: (await tree.read(files)).map((content) => content.reason ?? "read") }));`;

  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", cwd: "/" });
  chmodSync(join(dir, "closed"), 0o755);

  assert.deepEqual(JSON.parse(output), {
    skipped: [{ file: "closed", reason: "no permission to read it" }],
    contents: ["no permission to read it", "read"],
  });
});

test("a folder that vanished between opening and listing is a reason, not a crash", async () => {
  const tree = openFolder(dir);
  rmSync(dir, { recursive: true });

  assert.deepEqual(await tree.list(), {
    files: [],
    skipped: [{ file: ".", reason: "it vanished while the folder was read" }],
  });
});

test("what is no folder is the user's mistake", () => {
  put("file");

  assert.throws(() => openFolder(join(dir, "missing")), InputError);
  assert.throws(() => openFolder(join(dir, "file")), /is a file; name the folder that holds it/);
});

test("a folder reached by a link is walked as the folder it names", async () => {
  put("real/a.yaml");
  symlinkSync("real", join(dir, "link"));

  assert.deepEqual(await pathsOf(openFolder(join(dir, "link"))), ["a.yaml"]);
});
