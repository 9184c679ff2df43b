import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilePin, Reading } from "../reading.ts";
import { Joining } from "./join.ts";

function pinOf(file: string, name: string): FilePin {
  return {
    file,
    line: 1,
    column: 1,
    range: [0, 1],
    path: name,
    reader: "terraform",
    kind: "image",
    name,
    version: "1.2.3",
    digest: null,
    source: null,
    state: "pinned",
  };
}

function readingOf(...pins: FilePin[]): Reading {
  return { pins, notes: [], problems: [] };
}

test("a pin that moved to its constant's file is changed where it is kept, and no other with it", () => {
  const other = pinOf("variables.tf", "other");
  const moved = pinOf("variables.tf", "web");
  const joining = new Joining(
    new Map([
      ["main.tf", readingOf(pinOf("main.tf", "web"))],
      ["variables.tf", readingOf(other)],
    ]),
    [],
  );
  joining.replace("main.tf", 0, moved);

  joining.swap(moved, { ...moved, version: "2.0.0" });

  assert.deepEqual(
    [...joining.pins()].map(({ pin, file }) => [file, pin.file, pin.name, pin.version]),
    [
      ["main.tf", "variables.tf", "web", "2.0.0"],
      ["variables.tf", "variables.tf", "other", "1.2.3"],
    ],
  );
});

test("a pin that is gone is not put back", () => {
  const gone = pinOf("main.tf", "web");
  const joining = new Joining(new Map([["main.tf", readingOf(gone)]]), []);
  joining.replace("main.tf", 0, undefined);

  joining.swap(gone, { ...gone, version: "2.0.0" });

  assert.deepEqual([...joining.pins()], []);
});
