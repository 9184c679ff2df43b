import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { TestContext } from "node:test";

export const kitFolder = join(import.meta.dirname, "..");

/** Every file of the kit that scaffold writes, relative, in path order. The tests are not among them. */
export function kitFiles(folder = kitFolder): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith("tests/") && !path.includes("node_modules/"))
    .sort();
}

export function read(path: string): string {
  return readFileSync(join(kitFolder, path), "utf8");
}

/** Where a program stands, undefined when this machine has none. */
export function whereIs(program: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(":")
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** The path of a program that `skipWithout` has found. */
export function tool(program: string): string {
  return whereIs(program) ?? program;
}

/** Skips the test, and says so in words that are counted, when a program is missing. */
export function skipWithout(program: string, context: TestContext): boolean {
  if (whereIs(program) !== undefined) return false;
  context.diagnostic(`not run: ${program}`);
  context.skip(`not run: ${program}`);
  return true;
}

export interface Copy {
  readonly folder: string;
  /** What the programs put here by `fake` were called with, in order: `terraform init -input=false`. */
  calls(): readonly string[];
  /** Puts a program on the PATH that records its call and then runs `script` (POSIX sh). */
  fake(program: string, script?: string): void;
  make(target: string, env?: Readonly<Record<string, string>>): Outcome;
  write(path: string, text: string): void;
  has(path: string): boolean;
}

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** What the scripts may use besides the tools they check for. */
const basics = [
  "sh",
  "make",
  "sed",
  "awk",
  "tr",
  "find",
  "grep",
  "sort",
  "head",
  "cut",
  "du",
  "rm",
  "mkdir",
  "mktemp",
  "basename",
  "dirname",
  "wc",
  "cat",
  "git",
  "printf",
];

/** A copy of the kit in a temporary folder, with a PATH on which stand only the basics and the fakes. */
export function copyOfKit(context: TestContext): Copy {
  const root = mkdtempSync(join(tmpdir(), "kit-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "kit");
  const bin = join(root, "bin");
  const log = join(root, "calls");
  cpSync(kitFolder, folder, {
    recursive: true,
    filter: (source) => relative(kitFolder, source).split("/")[0] !== "tests",
  });
  mkdirSync(bin);
  writeFileSync(log, "");
  for (const program of basics) {
    const path = whereIs(program);
    if (path !== undefined) symlinkSync(path, join(bin, program));
  }
  return {
    folder,
    calls: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    fake(program, script = "exit 0") {
      const path = join(bin, program);
      rmSync(path, { force: true });
      writeFileSync(path, `#!/bin/sh\necho "${program} $*" >> ${log}\n${script}\n`);
      chmodSync(path, 0o755);
    },
    make(target, env = {}) {
      const ran = spawnSync(join(bin, "make"), [target], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: bin, HOME: root, TMPDIR: root, ...env },
      });
      return { status: ran.status, output: `${ran.stdout}${ran.stderr}` };
    },
    write(path, text) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    has: (path) => existsSync(join(folder, path)),
  };
}
