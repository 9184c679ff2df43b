import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Command } from "commander";
import { parse } from "yaml";
import { commands } from "../src/cli/commands/index.ts";
import { shellAt } from "../src/cli/shell.test-support.ts";
import { parseConfig } from "../src/findings/platform-file.ts";
import { parseServerConfig } from "../src/findings/server-file.ts";
import { requirements } from "../src/guides/index.ts";

const root = join(import.meta.dirname, "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith(".md"),
);

interface Written {
  readonly where: string;
  readonly text: string;
}

/** The lines of a page that are code, and its spans of code. */
function codeOf(path: string): readonly Written[] {
  let isFenced = false;
  return readFileSync(join(root, path), "utf8")
    .split("\n")
    .flatMap((line, index) => {
      const where = `${path}:${index + 1}`;
      if (/^ *```/.test(line)) isFenced = !isFenced;
      else if (isFenced || /^ {4}/.test(line)) return [{ where, text: line.replace(/\s#(?:\s.*)?$/, "") }];
      return [...line.matchAll(/(?<!`)`([^`]+)`/g)].map(([, text = ""]) => ({
        where,
        text: text.replaceAll("\\|", "|"),
      }));
    });
}

/** What of a line of the shell is a call of ours: its words after `millwright`. */
function callsOf(line: string): readonly (readonly string[])[] {
  return line.split(/;|&&|\|\||\s\|\s/).flatMap((part) => {
    const [, words] = /^\s*(?:[A-Z_]+=\S+ )*(?:\.\/)?millwright (.*)$/.exec(part) ?? [];
    return words === undefined ? [] : [words.match(/'[^']*'|"[^"]*"|\S+/g) ?? []];
  });
}

async function commandLine(): Promise<Command> {
  const program = new Command("millwright");
  const shell = shellAt(root, [], []);
  for (const load of Object.values(commands)) program.addCommand(await (await load())(shell, () => undefined));
  return program;
}

/** What stands for something else: `ID`, `…`, `DIR/HOST`. */
const isPlaceholder = (word: string): boolean => /^["'<[]?(?:…|\.\.\.|[A-Z][A-Z_/-]*)/.test(word);

/** The command that words lead to, and what is written after it. */
function called(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    const child = command.commands.find((one) => one.name() === word);
    if (child === undefined) return { command, rest: words.slice(index) };
    command = child;
  }
  return { command, rest: [] };
}

/** What is wrong with a call; undefined where nothing is. */
function wrongWith(program: Command, words: readonly string[]): string | undefined {
  const end = words.findIndex((word) => word === "--help" || word === "…" || word.startsWith(">"));
  const { command, rest } = called(program, end === -1 ? words : words.slice(0, end));
  const [first] = rest;
  if (
    first !== undefined &&
    !first.startsWith("-") &&
    !isPlaceholder(first) &&
    command.registeredArguments.length === 0
  )
    return `${command.name()} has no ${first}`;
  const options = rest.flatMap((word, index) =>
    /^--?[a-z]/.test(word) ? [wrongOption(command, word, rest[index + 1])] : [],
  );
  return options.find((wrong) => wrong !== undefined);
}

function wrongOption(command: Command, word: string, next: string | undefined): string | undefined {
  const [name = "", joined] = word.split("=");
  const option = command.options.find(({ long, short }) => name === long || name === short);
  if (option === undefined) return `${command.name()} knows no ${name}`;
  const value = joined ?? next;
  if (option.argChoices === undefined || value === undefined || isPlaceholder(value)) return undefined;
  const known: readonly string[] = option.argChoices;
  return value.split("|").every((one) => known.includes(one))
    ? undefined
    : `${command.name()} ${name} may not be ${value}`;
}

test("every command that a page or the coverage names is there, with its options and their values", async () => {
  const program = await commandLine();
  assert.equal(wrongWith(program, ["guide", "nowhere"]), "guide has no nowhere");
  assert.equal(wrongWith(program, ["backup", "run", "--prooved"]), "run knows no --prooved");
  assert.equal(wrongWith(program, ["backup", "run", "-o", "html"]), "run -o may not be html");
  const written = [
    ...pages.flatMap(codeOf),
    ...requirements.flatMap((one) => (one.state === "open" ? [] : [{ where: one.id, text: one.by.command }])),
  ];
  const calls = written.flatMap(({ where, text }) => callsOf(text).map((words) => ({ where, words })));

  assert.ok(calls.length > 150, String(calls.length));
  assert.deepEqual(
    calls.flatMap(({ where, words }) => {
      const wrong = wrongWith(program, words);
      return wrong === undefined ? [] : [`${where}: millwright ${words.join(" ")}: ${wrong}`];
    }),
    [],
  );
});

/** The examples of a page that are YAML of ours, each with the line above its first. */
function examplesOf(path: string): readonly Written[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(({ index, 1: body = "" }) => ({
    where: `${path}:${text.slice(0, index).split("\n").length}`,
    text: body,
  }));
}

/** A part of `backups:` as a whole file, with what every environment there has to say. */
function asServerFile(text: string): string {
  const environment = "    - environment: production\n";
  const above = /^ {6}/.test(text)
    ? `backups:\n  environments:\n${environment}`
    : /^ {4}/.test(text)
      ? "backups:\n  environments:\n"
      : "";
  const whole = above + text;
  return /^ {6}repository:/m.test(whole)
    ? whole
    : whole.replace(environment, `${environment}      repository: /srv/backups/production\n      key: env:KEY\n`);
}

/** Those that are of another file than ours. */
function isForeign(text: string): boolean {
  return text.startsWith("# alertmanager.yaml");
}

function read(text: string, where: string): void {
  if (/^backupRunner:/m.test(text)) return assertOfTheChart(text);
  if (/^(?:platform|windows|freezes|duties):/m.test(text)) parseConfig(text, where);
  else parseServerConfig(asServerFile(text), where);
}

function assertOfTheChart(text: string): void {
  const values = readFileSync(join(root, "deploy", "chart", "values.yaml"), "utf8");
  const lacking = (asked: unknown, has: unknown, at: string): readonly string[] =>
    typeof asked !== "object" || asked === null
      ? []
      : Object.entries(asked).flatMap(([key, value]) =>
          typeof has === "object" && has !== null && key in has
            ? lacking(value, (has as Readonly<Record<string, unknown>>)[key], `${at}.${key}`)
            : [`${at}.${key}`],
        );
  assert.deepEqual(lacking(parse(text), parse(values), "values"), []);
}

test("every example of a configuration is accepted as it stands", () => {
  assert.throws(
    () => read("backups:\n  environments:\n    - environment: production\n      store: []\n", "here"),
    /store/,
  );
  const examples = pages.flatMap(examplesOf).filter(({ text }) => !isForeign(text));

  assert.ok(examples.length > 15);
  for (const { where, text } of examples) assert.doesNotThrow(() => read(text, where), where);
});
