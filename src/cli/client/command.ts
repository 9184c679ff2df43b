import { Argument, Command, Option } from "commander";
import { optionName, type Verb, type VerbField } from "../../access/verb.ts";
import { InputError } from "../../kernel/errors.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";
import { ask } from "./ask.ts";
import { connectionOf } from "./connection.ts";
import { requestOf, type Written } from "./request.ts";
import { replyAsText } from "./show.ts";

/** What the verbs of one noun are for; the API's own words say the rest. */
const about: Readonly<Record<string, string>> = {
  status: "How the server is",
  token: "API tokens",
  emergency: "Rights taken in an emergency",
  finding: "What is wrong, remembered",
  work: "Work orders on the calendar",
  run: "Runs of procedures",
  calendar: "Windows, duties and work in time",
  duty: "Recurring duties",
  journal: "What was done, by whom, and what proves it",
  incident: "Incidents",
  component: "What runs where, as the repositories say",
  pin: "Places that fix a version",
  source: "What the findings were read from",
  repository: "Repositories that are read again and again",
  notice: "What people were told, and what could not be delivered",
  procedure: "Runbooks that can be run",
  release: "How far the pins are behind their upstreams",
  forge: "What the forge protects",
  observation: "What the probes saw",
  series: "Measurements",
  metric: "The key metrics, and where each comes from",
};

/** Adds the verbs under one noun to its command; what the command has by itself stays. */
export function addVerbs(command: Command, verbs: readonly Verb[], shell: Shell, exit: (code: ExitCode) => void): void {
  for (const verb of verbs) {
    const own = verb.words.length === 1 ? command : childOf(command, verb.words.slice(1));
    if (own !== undefined) describe(own, verb, shell, exit);
  }
}

/** Above the verbs that ask a server, in `millwright --help`. */
const remoteHeading = "Asking the server (MILLWRIGHT_URL; MILLWRIGHT_TOKEN or MILLWRIGHT_TOKEN_FILE):";

/** What stands below a noun is asked of the server. */
export function nounCommand(noun: string): Command {
  return new Command(noun)
    .description(about[noun] ?? `${noun[0]?.toUpperCase()}${noun.slice(1)}: what the server knows`)
    .helpGroup(remoteHeading);
}

/** Makes the commands that lead to a verb; undefined when there is one already. */
function childOf(command: Command, words: readonly string[]): Command | undefined {
  let parent = command;
  for (const [index, word] of words.entries()) {
    const there = parent.commands.find((child) => child.name() === word);
    if (there !== undefined && index === words.length - 1) return undefined;
    const child = there ?? new Command(word);
    if (there === undefined) parent.addCommand(child);
    parent = child;
  }
  return parent;
}

function describe(command: Command, verb: Verb, shell: Shell, exit: (code: ExitCode) => void): void {
  command.description(verb.summary);
  const positionals = verb.fields.filter(({ positional }) => positional);
  for (const field of positionals) command.addArgument(new Argument(`<${field.name}>`, field.description ?? ""));
  for (const field of verb.fields) if (!field.positional) command.addOption(optionOf(field));
  if (verb.media === undefined && verb.kind === "answer") command.addOption(outputOption(["table", "json", "yaml"]));
  command.action(async (...args: readonly unknown[]) => {
    const options = args[positionals.length] as Written;
    const named = Object.fromEntries(positionals.map(({ name }, index) => [name, args[index] as string]));
    await call(verb, { ...options, ...named }, shell);
    exit(0);
  });
}

function optionOf(field: VerbField): Option {
  const name = `--${optionName(field.name)}`;
  const shape: Readonly<Record<VerbField["type"], string>> = {
    secret: " <@file>",
    text: " <text>",
    number: " <number>",
    boolean: " [true|false]",
    list: " <text...>",
    record: " <key=value...>",
    json: " <json>",
  };
  const usual = field.default === undefined ? "" : ` (${JSON.stringify(field.default)} when left out)`;
  const option = new Option(`${name}${shape[field.type]}`, `${field.description ?? ""}${usual}`.trim());
  if (field.choices !== undefined) option.choices([...field.choices]);
  return option.makeOptionMandatory(field.required && field.type !== "boolean");
}

async function call(verb: Verb, written: Written, shell: Shell): Promise<void> {
  const connection = await connectionOf(shell);
  const usual = usualOf(verb, written);
  const request = await requestOf(verb, { ...written, ...usual }, async (file) => {
    const text = await shell.readText(file === "-" ? "/dev/stdin" : folderOf(shell, file));
    if (text === undefined) throw new InputError(`There is no file ${file}.`);
    return text;
  });
  if (verb.kind === "events") {
    for await (const line of shell.follow(`${connection.url}${request.path}`, connection.token)) shell.out(`${line}\n`);
    return;
  }
  const reply = await ask(shell, connection, request);
  if (verb.media !== undefined) return shell.out(reply.body.endsWith("\n") ? reply.body : `${reply.body}\n`);
  const value: unknown = JSON.parse(reply.body);
  shell.out(
    render(String(written["output"] ?? "table"), {
      table: () => replyAsText(value, shell.terminal) + leftOutOf(value, usual),
      json: () => asJson(value),
      yaml: () => asYaml(value),
    }),
  );
}

/** What people read leaves out that a secret was used, which is most of the journal; what programs read leaves out nothing. */
function usualOf(verb: Verb, written: Written): Written {
  const read = String(written["output"] ?? "table") === "table" && written["kind"] === undefined;
  return verb.words.join(" ") === "journal list" && read && written["without"] === undefined
    ? { without: "access" }
    : {};
}

function leftOutOf(value: unknown, { without }: Written): string {
  const count = typeof value === "object" && value !== null && "leftOut" in value ? Number(value.leftOut) : 0;
  return without === undefined || count === 0
    ? ""
    : `\n${count} of kind ${String(without)} left out: --kind ${String(without)} shows them.\n`;
}
