import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commandsMarkdown } from "./commands-page.ts";
import { coverageMarkdown } from "./coverage-page.ts";
import { corrections, guideLines, requirements } from "./index.ts";
import { knownCommands } from "./line.ts";
import { cadences, windows } from "./numbers.ts";

const root = join(import.meta.dirname, "../..");
const seeds = join(root, "../shared/seeds");
const asked = join(root, "../shared/requirements.md");

/** Commands of a guide: the lines of its shell blocks, and the code spans that begin with a program or a method. */
function commandsOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].flatMap((block) => (block[1] ?? "").split("\n"));
  const spans = [...text.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map((span) => span[1] ?? "");
  const runs = (text.match(/^ +run: (.*)$/gm) ?? []).map((line) => line.trim().slice("run: ".length));
  const programs = /^(kubectl|helm|curl|mlflow|trivy|terraform|make|docker|aws|GET|POST) /;
  const own = blocks.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  return [...new Set([...own, ...spans.filter((span) => programs.test(span)), ...runs])];
}

test("ids are unique and of their guide", () => {
  assert.equal(new Set(guideLines.map((line) => line.id)).size, guideLines.length);
  for (const line of guideLines) assert.match(line.id, new RegExp(`^${line.guide}\\.\\d+$`));
});

test("no section says the same thing twice", () => {
  const said = guideLines.map((line) => `${line.guide} ${line.section}: ${line.says}`);

  assert.deepEqual(
    said.filter((line, index) => said.indexOf(line) !== index),
    [],
  );
});

test("every line belongs to a requirement that exists, and has something to do today", () => {
  const ids = new Set(requirements.map((requirement) => requirement.id));

  for (const line of guideLines) {
    assert.ok(line.requirement.length > 0 && line.requirement.every((id) => ids.has(id)), line.id);
    assert.ok(line.today.trim() !== "" && line.says.trim() !== "", line.id);
  }
});

test("every requirement that a guide's line can ask for is asked for by one", () => {
  const named = new Set(guideLines.flatMap((line) => line.requirement));
  const elsewhere = ["VER-8", "BAK-4", "LOG-2", "AIR-1"];

  assert.deepEqual(
    requirements.map(({ id }) => id).filter((id) => !named.has(id)),
    elsewhere,
  );
});

test("millwright is asked only for what it can do", () => {
  for (const { id, today, state } of guideLines) {
    for (const text of [today, state.kind === "done-by" ? state.command : ""]) {
      const verb = /^millwright ([a-z]+(?: plan)?)/.exec(text)?.[1];
      assert.ok(!text.startsWith("millwright") || knownCommands.includes(verb ?? ""), `${id}: ${text}`);
    }
  }
});

test("make is asked only for targets of the kit, and what is said to be in the kit is there", () => {
  const targets = [...readFileSync(join(root, "kit/Makefile"), "utf8").matchAll(/^([a-z-]+): ##/gm)].map(
    (match) => match[1],
  );

  for (const { id, today, state } of guideLines) {
    if (today.startsWith("make "))
      assert.ok(
        today
          .split(" ")
          .slice(1)
          .every((target) => targets.includes(target)),
        `${id}: ${today}`,
      );
    if (state.kind === "in-kit") assert.ok(existsSync(join(root, "kit", state.path)), `${id}: ${state.path}`);
  }
});

test("a test that is named as proof exists", () => {
  for (const requirement of requirements) {
    if (requirement.state === "open") continue;
    assert.ok(requirement.by.tests.length > 0, requirement.id);
    for (const path of requirement.by.tests) assert.ok(existsSync(join(root, path)), `${requirement.id}: ${path}`);
  }
});

/** The methods and paths that the files of routes declare, read from their text. */
function isDeclared(route: string, texts: readonly string[]): boolean {
  const [method = "", path = ""] = route.split(" ");
  return texts.some((text) => {
    const isWritten = text.includes(`path: "${path}"`) || text.includes(`path: \`${path.replace(/[^/]*$/, "${")}`);
    return isWritten && text.includes(`method: "${method}"`);
  });
}

test("a route that is named exists", () => {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?:^|\/)routes[\w-]*\.ts$/.test(name),
  );
  const texts = files.map((name) => readFileSync(join(root, "src", name), "utf8"));

  assert.ok(!isDeclared("GET /nowhere", texts));
  for (const requirement of requirements) {
    if (requirement.state === "open") continue;
    for (const route of requirement.by.routes ?? []) assert.ok(isDeclared(route, texts), `${requirement.id}: ${route}`);
  }
});

test("every correction is used, and says where it was read", () => {
  const used = new Set(guideLines.map((line) => line.correction?.id));

  for (const correction of corrections) assert.ok(used.has(correction.id) && correction.source !== "", correction.id);
  assert.equal(new Set(corrections.map(({ id }) => id)).size, corrections.length);
});

test("each cadence and each window is a line", () => {
  for (const { task } of cadences)
    assert.ok(
      guideLines.some((line) => line.kind === "cadence" && line.says.startsWith(`${task}: `)),
      task,
    );
  for (const { environment } of windows)
    assert.ok(
      guideLines.some((line) => line.kind === "window" && line.says.startsWith(`${environment}: `)),
      environment,
    );
});

test("the fourteen key metrics are lines, two of them absent by design", () => {
  const metrics = guideLines.filter((line) => line.kind === "metric");

  assert.equal(metrics.length, 14);
  assert.deepEqual(
    metrics.filter((line) => line.state.kind === "absent-by-design").map((line) => line.id),
    ["A.266", "A.268"],
  );
});

test("every command line of the guides has its counterpart", {
  skip: existsSync(seeds) ? false : "not run: shared guides",
}, () => {
  const typed = new Set(guideLines.map((line) => line.typed).filter((text) => text !== undefined));
  const commands = readdirSync(seeds)
    .filter((name) => name.endsWith(".txt"))
    .flatMap((name) => commandsOf(readFileSync(join(seeds, name), "utf8")));

  assert.ok(commands.length > 40);
  assert.deepEqual(
    commands.filter((command) => !typed.has(command)),
    [],
  );
  assert.deepEqual(
    [...typed].filter((command) => !commands.includes(command)),
    [],
  );
});

test("every check box of the guides is a line", { skip: existsSync(seeds) ? false : "not run: shared guides" }, () => {
  for (const [name, guide] of [
    ["000_4bac8e307c043d1c.txt", "A"],
    ["002_169c1644bd9bce9e.txt", "B"],
  ] as const) {
    const boxes = readFileSync(join(seeds, name), "utf8").match(/^- \[ \]/gm)?.length ?? 0;
    assert.ok(
      boxes > 0 && guideLines.filter((line) => line.guide === guide && line.kind !== "command").length >= boxes,
      name,
    );
  }
});

test("every id that was asked for is covered, and no other", {
  skip: existsSync(asked) ? false : "not run: shared requirements",
}, () => {
  const ids = [...readFileSync(asked, "utf8").matchAll(/^- ([A-Z]{3}-\d+) /gm)].map((match) => match[1]);

  assert.deepEqual(
    requirements.map(({ id }) => id),
    ids,
  );
});

test("the coverage page names every id, and the commands page every command", () => {
  const coverage = coverageMarkdown(requirements, guideLines, []);
  const commands = commandsMarkdown(guideLines);

  for (const { id } of requirements) assert.ok(coverage.includes(`\n| ${id} |`), id);
  for (const line of guideLines.filter(({ typed }) => typed !== undefined))
    assert.ok(commands.includes(`\n| ${line.id} |`), line.id);
});

test("a bar in a command does not break the table", () => {
  const [line] = guideLines;
  assert.ok(line !== undefined);

  const page = commandsMarkdown([{ ...line, typed: "kubectl get pods | grep x" }]);

  assert.ok(page.includes("`kubectl get pods \\| grep x`"));
});
