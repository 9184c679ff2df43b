// oxlint-disable no-restricted-imports -- tests ask Git
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { headOfList } from "./list-of-refs.ts";
import { isRefName } from "./ref-name.ts";

const [id, other] = ["1".repeat(40), "2".repeat(40)];

test("a list of refs becomes the head of a bundle, byte by byte", () => {
  const long = "3".repeat(64);
  const bytes = Buffer.concat([Buffer.from(`${id} HEAD\n${id} refs/heads/caf`), Buffer.from([0xe9, 10])]);

  assert.ok(
    headOfList("1.refs", bytes).equals(Buffer.concat([Buffer.from("# v2 git bundle\n"), bytes, Buffer.from("\n")])),
  );
  assert.equal(
    headOfList("1.refs", Buffer.from(`${long} refs/heads/main\n`)).toString(),
    `# v3 git bundle\n@object-format=sha256\n${long} refs/heads/main\n\n`,
  );
});

test("a list that is cut short, is none or has names that Git would not take is damaged", () => {
  for (const [text, why] of [
    ["", /it names no ref/],
    [`${id} HEAD\n`, /it names no ref/],
    [`${id} refs/heads/main`, /cut short/],
    [`${id} refs/heads/main\n\n`, /its line 2 is no ref/],
    [`${id} refs/heads/a b\n`, /its line 1 is no ref/],
    [`${id} refs/heads/a\rb\n`, /its line 1 is no ref/],
    [`${id} refs/heads/../../config\n`, /its line 1 is no ref/],
    [`${id} config\n`, /its line 1 is no ref/],
    [`-${id} refs/heads/main\n`, /its line 1 is no ref/],
    [`@object-format=sha256\n`, /its line 1 is no ref/],
    [`${"1".repeat(39)} refs/heads/main\n`, /its line 1 is no ref/],
    [`${id} refs/heads/main\n${other} refs/heads/main\n`, /its line 2 is no ref/],
    [`${id} refs/heads/main\n${"3".repeat(64)} refs/heads/x\n`, /of two kinds/],
    [`${id} refs/heads/a\n${id} refs/heads/a/b\n`, /refs\/heads\/a\/b lies in another ref/],
  ] as const)
    assert.throws(
      () => headOfList("7/002.refs", Buffer.from(text)),
      (thrown) =>
        thrown instanceof InputError &&
        thrown.message.startsWith("the list of refs 7/002.refs") &&
        why.test(thrown.message),
      text,
    );
});

test("a name of a ref is one that Git takes, and no other", () => {
  for (const name of [
    "refs/heads/main",
    "refs/heads/größe/2",
    "refs/heads/\u7248\u672c\u3000\u4e00",
    "refs/keep-around/1",
    "refs/heads/-x",
    "refs/heads/@",
    'refs/heads/"x"',
    "refs/heads/a{b}",
    "refs/heads/x.lockx",
    "refs/heads/refs/heads/main",
    "refs/heads/a.b",
    "refs/heads/a./b",
    "refs/heads/a.",
    "refs/heads/.a",
    "refs/heads/a..b",
    "refs/heads/../x",
    "refs/heads/a.lock",
    "refs/heads/a.lock/b",
    "refs/heads//b",
    "refs/heads/",
    "refs/heads/a@{1}",
    ..."\u0001\t\u001b\u007f ~^:?*[\\".split("").map((character) => `refs/heads/a${character}b`),
  ])
    assert.equal(isRefName(name), spawnSync("git", ["check-ref-format", name]).status === 0, JSON.stringify(name));
  assert.equal(isRefName("HEAD"), false);
});
