// oxlint-disable no-restricted-imports -- a test runs the scripts of a restore as one who is not root
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../../others/prove.test-support.ts";
import { clearScript, extractScript, placeScript } from "./scripts.ts";

const nobody = 65_534;
const short = "0123456789ab";
const asRoot = process.getuid?.() === 0;
/** Root may write to all. */
const drop = asRoot ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : ["env"];

function run(script: string, args: readonly string[], input?: Buffer): void {
  const [program = "", ...options] = [...drop, "sh", "-c", script, "sh", ...args];
  const { status, stderr } = spawnSync(program, options, { cwd: "/", input: input ?? "" });
  assert.equal(status, 0, stderr.toString());
}

/** A folder that may not be written to, with another such in it; each has a file. */
function sealed(name: string, text: string): void {
  const inner = join(name, "inner");
  mkdirSync(inner, { recursive: true });
  for (const one of [name, inner]) writeFileSync(join(one, "file"), text);
  for (const one of [inner, name]) {
    if (asRoot) chownSync(one, nobody, nobody);
    chmodSync(one, 0o555);
  }
}

test("folders that nobody may write to come back and go by who is not root, and are as they were", () => {
  const base = folder();
  if (asRoot) chownSync(base, nobody, nobody);
  sealed(join(base, "models"), "then");
  const archive = spawnSync("tar", ["-cf", "-", base], { maxBuffer: 10_000_000 }).stdout;
  for (const one of ["models", "models/inner"]) {
    chmodSync(join(base, one), 0o755);
    writeFileSync(join(base, one, "file"), "now");
  }
  for (const one of ["models/inner", "models"]) chmodSync(join(base, one), 0o555);

  // What an attempt before left half.
  sealed(join(base, ".millwright-restoring-ba9876543210"), "half");
  run(clearScript, [base]);
  run(extractScript, [base, short, base.slice(1)], archive);
  run(placeScript, [base, short, base, ""]);

  assert.deepEqual(readdirSync(base), ["models"]);
  for (const one of ["models", "models/inner"]) {
    assert.equal(readFileSync(join(base, one, "file"), "utf8"), "then");
    assert.equal(statSync(join(base, one)).mode & 0o777, 0o555);
  }
});
