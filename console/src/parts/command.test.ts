import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { command } from "./command.ts";

test("what is put into a command is one word of the shell, whatever stands in it", () => {
  assert.equal(command`millwright finding show ${"0a1b"}`, "millwright finding show 0a1b");
  assert.equal(command`millwright backup known ${"x; rm -rf ~"}`, "millwright backup known 'x; rm -rf ~'");
  assert.equal(command`millwright search ${"it's $HOME"}`, "millwright search 'it'\\''s $HOME'");
  assert.equal(command`millwright search ${""}`, "millwright search ''");
});

test("fields of a call are options as the command line names them", () => {
  const fields = { forwardMinutes: 60, disruptive: false, links: ["a b", "c"], environment: undefined };
  assert.equal(
    command`millwright work plan ${"w1"}${fields}`,
    "millwright work plan w1 --forward-minutes 60 --disruptive false --links 'a b' --links c",
  );
  assert.equal(command`millwright health${{ environment: undefined }}`, "millwright health");
});

test("no page puts a command together without that", () => {
  const root = join(import.meta.dirname, "..");
  const loose = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"))
    .flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/(?<!command)`millwright [^`]*\$\{/g)].map(() => file),
    );
  assert.deepEqual(loose, []);
});
