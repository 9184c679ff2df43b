import { Command } from "commander";
import { Anchor } from "../../journal/anchor.ts";
import { type GivenAnchor, type Verdict, verifyJournal } from "../../journal/verify.ts";
import { counted } from "../../kernel/count.ts";
import { InputError, messageOf } from "../../kernel/errors.ts";
import { shown, styled } from "../../reports/table.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly anchor?: readonly string[];
  readonly key?: string;
}

/** `millwright journal`: what of it needs no server. */
export function journalCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("journal").description("The maintenance log").addCommand(verifyCommand(shell, exit));
}

function verifyCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("verify")
    .description("Hold an exported log against itself and against what was kept of it elsewhere; asks no server")
    .argument("<export...>", "what `journal export` gave, or the files of docs/maintenance-logs/chain/, in order")
    .option(
      "--anchor <anchor...>",
      "files of `journal anchor -o json` (several narrow a change down), or heads: NUMBER:HASH",
    )
    .option("--key <file>", "the public key that the anchors were signed with, in PEM")
    .addOption(outputOption(["table", "json", "yaml"]))
    .addHelpText("after", "\nExit codes: 0 nothing was changed, 2 something was, 1 it could not be read.")
    .action(async (files: readonly string[], options: Options) => {
      const texts: string[] = [];
      for (const file of files) texts.push(await textOf(shell, file));
      const anchors: GivenAnchor[] = [];
      for (const given of options.anchor ?? []) anchors.push(...(await anchorsOf(shell, given)));
      const key = options.key === undefined ? undefined : await textOf(shell, options.key);
      const joined = texts.map((text) => (text === "" || text.endsWith("\n") ? text : `${text}\n`)).join("");
      const verdict = verifyJournal(joined, anchors, key);
      shell.out(
        render(options.output, {
          table: () => asText(verdict, shell),
          json: () => asJson(verdict),
          yaml: () => asYaml(verdict),
        }),
      );
      exit(verdict.kind === "whole" ? 0 : 2);
    });
}

async function textOf(shell: Shell, file: string): Promise<string> {
  const text = await shell.readText(folderOf(shell, file));
  if (text === undefined) throw new InputError(`There is no file ${file}.`);
  return text;
}

/** A file holds one anchor, or one a line. */
async function anchorsOf(shell: Shell, given: string): Promise<readonly GivenAnchor[]> {
  const [, sequence, hash] = /^(\d{1,15})[: ]([0-9a-f]{64})$/.exec(given) ?? [];
  if (sequence !== undefined && hash !== undefined)
    return [
      {
        name: `the head ${sequence}`,
        anchor: { schema: "millwright/journal-anchor/1", sequence: Number(sequence), hash },
      },
    ];
  const text = (await textOf(shell, given)).trim();
  return (text.startsWith("{\n") ? [text] : text.split("\n")).map((line, index) => {
    try {
      return { name: index === 0 ? given : `${given}, line ${index + 1}`, anchor: Anchor.parse(JSON.parse(line)) };
    } catch (thrown) {
      throw new InputError(
        `${given} is no anchor (${messageOf(thrown).slice(0, 100)}); give what \`journal anchor -o json\` printed, or NUMBER:HASH.`,
        { cause: thrown },
      );
    }
  });
}

function asText(verdict: Verdict, shell: Shell): string {
  switch (verdict.kind) {
    case "whole":
      return [
        styled(
          shell.terminal,
          "green",
          `Whole: ${counted(verdict.entries, "entry")}, head ${verdict.head.sequence}:${verdict.head.hash}`,
        ),
        ...verdict.notes.map((note) => `! ${note}`),
      ].join("\n");
    case "broken":
      return styled(shell.terminal, "red", `Entry ${verdict.entry}: ${verdict.what}. ${shown(verdict.why)}.`);
  }
}
