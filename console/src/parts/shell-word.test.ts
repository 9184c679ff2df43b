import assert from "node:assert/strict";
import { test } from "node:test";
import { shellOptions, shellWord } from "./shell-word.ts";

test("a word for the shell is quoted where it must be, quotes in it too", () => {
  assert.equal(shellWord("production"), "production");
  assert.equal(shellWord("it's $HOME"), "'it'\\''s $HOME'");
  assert.equal(shellWord(""), "''");
});

test("fields of a call are options as the command line names them", () => {
  assert.equal(
    shellOptions({ forwardMinutes: 60, disruptive: false, links: ["a b", "c"], environment: undefined }),
    " --forward-minutes 60 --disruptive false --links 'a b' --links c",
  );
});
