import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openFolder } from "../edge/folder-tree.ts";
import { defaultConfig } from "../platform/config.ts";
import type { Inventory } from "../platform/pin.ts";
import { systems } from "../systems/index.ts";
import { readers } from "./readers/index.ts";
import { inventoryOf, readRepository } from "./repository.ts";

const main = join(import.meta.dirname, "..", "cli", "main.ts");

let dir = "";
beforeEach(() => {
  // In memory where the machine has such a place: 100,000 files are made in seconds there.
  dir = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "hostile-"));
  chmodSync(dir, 0o755);
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), content);
}

function putGood(path = "good.yaml"): void {
  put(path, "image:\n  repository: example/app\n  tag: 1.2.3\n");
}

interface Outcome extends Inventory {
  /** Megabytes the process had at its peak. */
  readonly peak: number;
}

const tellPeak =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('peak='+process.resourceUsage().maxRSS))";

/** Runs the program on the folder as a process of its own, whose peak is its own too. */
function inventory(): Outcome {
  const node = ["--disable-warning=ExperimentalWarning", "--import", tellPeak, main];
  const result = spawnSync(process.execPath, [...node, "inventory", dir, "-o", "json"], {
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  assert.equal(result.status, 0, result.stderr);
  const peak = Number(/peak=(\d+)$/.exec(result.stderr)?.[1]) / 1024;
  return { ...(JSON.parse(result.stdout) as Inventory), peak };
}

/** Runs the reading as a user to whom permissions apply, who may be unable to read these sources. */
async function inventoryAsPlainUser(): Promise<Inventory> {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65534);
  try {
    return inventoryOf(await readRepository(openFolder(dir), { config: defaultConfig, readers, systems }));
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}

function reasons({ files }: Inventory): Readonly<Record<string, string>> {
  return Object.fromEntries(files.skipped.map(({ file, reason }) => [file, reason]));
}

function goodPins({ pins }: Inventory): readonly string[] {
  return pins.filter(({ name }) => name === "example/app").map(({ file, version }) => `${file} ${version}`);
}

test("a file of 200 MB, a binary and other encodings are named with the reason, and the rest is read", () => {
  putGood();
  put("huge.yaml", "");
  truncateSync(join(dir, "huge.yaml"), 200_000_000);
  put("program.yaml", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]));
  put("half.yaml", Buffer.from("image: caf\u00e9:1.0").subarray(0, 11));
  put("wide.yaml", Buffer.from("\ufeffimage: a:1", "utf16le"));
  const found = inventory();

  assert.deepEqual(goodPins(found), ["good.yaml 1.2.3"]);
  assert.deepEqual(reasons(found), {
    "huge.yaml": "larger than 5 MB (200.0 MB)",
    "program.yaml": "the file is binary (it has a NUL byte)",
    "half.yaml": "the file is not UTF-8 text; save it as UTF-8",
    "wide.yaml": "the file is UTF-16; save it as UTF-8",
  });
  assert.ok(found.peak < 300, `${found.peak} MB`);
});

test("links to themselves, to nothing and out of the folder are not followed", () => {
  putGood();
  symlinkSync("loop", join(dir, "loop"));
  symlinkSync("..", join(dir, "up"));
  symlinkSync(".", join(dir, "self"));
  symlinkSync("nothing", join(dir, "dead"));
  symlinkSync("/etc/passwd", join(dir, "passwd.yaml"));
  symlinkSync("good.yaml", join(dir, "alias.yaml"));
  const found = inventory();

  assert.deepEqual(goodPins(found), ["good.yaml 1.2.3"]);
  assert.equal(found.files.read, 1);
  assert.deepEqual(reasons(found), {
    "alias.yaml": "a link; its target is read at its own path",
    dead: "a link to nothing",
    loop: "a link that leads to itself",
    "passwd.yaml": "a link that leads outside",
    self: "a link; its target is read at its own path",
    up: "a link that leads outside",
  });
  assert.doesNotMatch(JSON.stringify(found), /root:/);
});

test("what its user may not read is named, and the rest is read", async () => {
  putGood();
  put("closed.yaml", "image: a:1\n");
  put("closed/inside.yaml", "image: a:1\n");
  chmodSync(join(dir, "closed.yaml"), 0);
  chmodSync(join(dir, "closed"), 0);
  const found = await inventoryAsPlainUser();
  chmodSync(join(dir, "closed"), 0o755);

  assert.deepEqual(goodPins(found), ["good.yaml 1.2.3"]);
  assert.deepEqual(reasons(found), {
    closed: "no permission to read it",
    "closed.yaml": "no permission to read it",
  });
});

test("bombs of aliases, depth and length end, and are told by line and column", () => {
  putGood();
  const levels = Array.from({ length: 30 }, (_, level) => {
    const below = level === 0 ? '"x"' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array.from({ length: 10 }, () => below).join(", ")}]`;
  });
  put("aliases.yaml", `${levels.join("\n")}\nimage: *l29\n`);
  put(
    "merges.yaml",
    `a0: &a0 {image: "a:1"}\n${levels.map((_, n) => `a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}]}`).join("\n")}\n`,
  );
  put("deep.yaml", `image: ${"[".repeat(100_000)}\n`);
  put("deep.json", `{"apiVersion": "v1", "kind": "Pod", "spec": ${'{"image":'.repeat(50_000)}`);
  put("long.yaml", `image: "${"x".repeat(4_000_000)}"\n`);
  put("brackets.tf", `a = ${"[".repeat(200_000)}`);
  put("expressions.yaml", `image: ${"{{".repeat(200_000)}\n`);
  put("Dockerfile", `FROM a:1\nRUN ${"\\\n".repeat(200_000)}`);
  const found = inventory();

  assert.deepEqual(goodPins(found), ["good.yaml 1.2.3"]);
  for (const file of ["deep.yaml", "deep.json"]) assert.match(reasons(found)[file] ?? "", /^\d+:\d+: .+/, file);
  assert.ok(found.peak < 500, `${found.peak} MB`);
});

test("a soup of templates and broken documents costs only the documents that cannot be read", () => {
  put("soup.yaml", "{{ if }} {{ end\n<% %> {% %}\nimage: a:1\n{{- range }}\n- }}: {{ {{ }}\n");
  put("mixed.yaml", "image:\n  repository: example/app\n  tag: 1.2.3\n---\nbroken: [\n---\n\tkey: tab\n");
  put("tabs.yaml", "\t\t\t\n");
  put("only.yaml", "---\n---\n---\n");
  const found = inventory();

  assert.deepEqual(goodPins(found), ["mixed.yaml 1.2.3"]);
  const told = found.files.skipped.filter(({ file }) => file === "mixed.yaml").map(({ reason }) => reason);
  assert.equal(told.length, 2, told.join("\n"));
  for (const reason of told) assert.match(reason, /^[5-9]:\d+: not valid YAML/);
});

test("hostile names are names: nothing of them is run, and they come back as they are", () => {
  const names = [
    "$(touch pwned).yaml",
    "`touch pwned`.yaml",
    "; touch pwned;.yaml",
    "line\nbreak.yaml",
    "\u001b[31mred.yaml",
    "-rf.yaml",
    "__proto__.yaml",
    "constructor.yaml",
    "..yaml",
    " space .yaml",
    "\u202egnp.yaml",
    "a\\b.yaml",
  ];
  for (const name of names) putGood(name);
  const found = inventory();

  assert.deepEqual(
    goodPins(found),
    names.toSorted().map((name) => `${name} 1.2.3`),
  );
  assert.equal(existsSync(join(dir, "pwned")) || existsSync("pwned"), false);
});

test("what a repository brings to be run is only read", () => {
  const mark = "touch pwned; echo 'image: a:1'";
  put("Makefile", `x := $(shell ${mark})\nall:\n\t${mark}\n`);
  put("package.json", JSON.stringify({ scripts: { preinstall: mark, install: mark } }));
  put(".git/config", `[core]\n\tfsmonitor = "${mark}"\n\tpager = ${mark}\n`);
  put(".git/HEAD", "ref: refs/heads/main\n");
  put(".git/hooks/post-checkout", `#!/bin/sh\n${mark}\n`);
  chmodSync(join(dir, ".git/hooks/post-checkout"), 0o755);
  put("main.tf", `data "external" "x" {\n  program = ["sh", "-c", "${mark}"]\n}\n`);
  put(
    "tags.yaml",
    `a: !!js/function "function(){require('child_process').execSync('touch pwned')}"\nb: !!python/object/apply:os.system ["touch pwned"]\n`,
  );
  inventory();

  assert.equal(existsSync(join(dir, "pwned")) || existsSync("pwned"), false);
});

test("an empty folder and one with nothing of this in it are no mistakes", () => {
  assert.deepEqual(inventory().files, { read: 0, skipped: [] });
  put("README.md", "# Words\n");
  const found = inventory();

  assert.deepEqual([found.pins, found.components, found.files], [[], [], { read: 0, skipped: [] }]);
});

test("100,000 files are read in bounded memory", () => {
  for (let folder = 0; folder < 500; folder += 1) {
    mkdirSync(join(dir, `f${folder}`));
    for (let file = 0; file < 200; file += 1)
      writeFileSync(join(dir, `f${folder}/${file}.yaml`), `a: ${file}\nb: [c]\n`);
  }
  putGood();
  const found = inventory();

  assert.equal(found.files.read, 100_001);
  assert.deepEqual(goodPins(found), ["good.yaml 1.2.3"]);
  assert.ok(found.peak < 500, `${found.peak} MB`);
});
