import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, versionRows } from "./version-rows.ts";

const row = {
  component: "gitlab",
  system: "gitlab",
  versions: ["17.8.0", "17.7.0", null],
  deployed: [true, true, false],
  live: [false, true, false],
  declared: ["17.8.0", "17.7.1", null],
  running: ["unknown" as const, "different" as const, null],
  health: ["healthy" as const, "unhealthy" as const, null],
  differs: true,
};
const tool = {
  component: "a-tool",
  system: null,
  versions: [null, "1", null],
  deployed: [true, true, false],
  live: [false, false, false],
  declared: [null, "1", null],
  running: ["absent" as const, "absent" as const, null],
  health: [null, null, null],
  differs: false,
};
const rows = versionRows({
  environments: ["staging", "production", "lab"],
  rows: [tool, row],
  verdicts: [],
  sets: [],
  factsOf: "2026-11-01",
});

test("what runs is shown, what is declared where it is something else or does not run, and nothing where it is not deployed", () => {
  const cells = (index: number) =>
    (rows[index]?.cells ?? []).map((cell) =>
      cell === undefined ? "not there" : `${cell.version} ${cell.says} ${cell.isOther} ${cell.health}`,
    );

  assert.deepEqual(cells(1), ["17.8.0 declared false healthy", "17.7.0 declared 17.7.1 true unhealthy", "not there"]);
  assert.deepEqual(cells(0).slice(0, 2), ["null no workload seen false null", "1 declared, does not run true null"]);
});

test("rows are found by text and by what is wrong, known systems first", () => {
  const names = (text: string, show: "all" | "differing" | "unhealthy" = "all") =>
    fitting(rows, text, show).map(({ component }) => component);

  assert.deepEqual(names(""), ["gitlab", "a-tool"]);
  assert.deepEqual(names(" TOOL "), ["a-tool"]);
  assert.deepEqual(names("", "differing"), ["gitlab", "a-tool"]);
  assert.deepEqual(names("", "unhealthy"), ["gitlab"]);
});
