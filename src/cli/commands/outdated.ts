import { Command, Option } from "commander";
import { readers } from "../../inventory/readers/index.ts";
import { readRepository } from "../../inventory/repository.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Pin } from "../../platform/pin.ts";
import { outdatedAsMarkdown, outdatedAsText } from "../../reports/outdated.ts";
import { loadFacts } from "../../upgrades/facts.ts";
import { nextHop } from "../../upgrades/next-hop.ts";
import { parseEndOfLifeTable } from "../../versions/freshness-end-of-life.ts";
import { type OutdatedReport, outdated } from "../../versions/outdated.ts";
import { type AskPorts, createAsk } from "../../versions/sources/ask.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import { installedBy } from "../releases-known.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly offline?: boolean;
  readonly mirror?: string;
  readonly pythonIndex?: string;
  readonly endOfLifeUrl?: string;
  readonly reach: "patch" | "minor" | "major";
  readonly kind?: readonly string[];
  readonly failOn: "end-of-life" | "behind" | "unknown" | "never";
}

/** `millwright outdated [DIR]` */
export function outdatedCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("outdated")
    .description("Ask upstreams for releases: how old each pin is, how far behind, and which version may come next")
    .argument("[dir]", "folder to read", ".")
    .addOption(outputOption(["table", "json", "yaml", "markdown"]))
    .option("--offline", "ask nobody: answer from the cache or the mirror, and say how old the answer is")
    .option("--mirror <folder>", "copies of upstream pages, DIR/HOST/PATH; asked before the cache when offline")
    .option("--python-index <url>", "the Python index to ask for packages: https://pypi.org/simple")
    .option(
      "--end-of-life-url <url>",
      "a server in the shape of endoflife.date's API; the shipped dates answer without it",
    )
    .addOption(
      new Option("--reach <step>", "how far the next version may go")
        .choices(["patch", "minor", "major"])
        .default("minor"),
    )
    .addOption(
      new Option("--kind <kind...>", "only pins of these kinds").choices([
        "chart",
        "image",
        "git",
        "module",
        "provider",
        "tool",
        "package",
        "action",
      ]),
    )
    .addOption(
      new Option("--fail-on <state>", "exit 2 when a pin is so")
        .choices(["end-of-life", "behind", "unknown", "never"])
        .default("end-of-life"),
    )
    .action(async (folder: string, options: Options) => {
      const { report, pins } = await reportOf(folder, options, shell);
      shell.out(
        render(options.output, {
          table: () => outdatedAsText(report, pins, shell.terminal),
          json: () => asJson(report),
          yaml: () => asYaml(report),
          markdown: () => outdatedAsMarkdown(report, pins),
        }),
      );
      exit(exitCode(report, options.failOn));
    });
}

async function reportOf(
  folder: string,
  options: Options,
  shell: Shell,
): Promise<{ readonly report: OutdatedReport; readonly pins: readonly Pin[] }> {
  const config = await configOf(shell, folder);
  const repository = await readRepository(shell.openFolder(folderOf(shell, folder)), {
    config,
    readers,
    systems: shell.systems,
  });
  const pins = repository.pins.filter((pin) => options.kind?.includes(pin.kind) ?? true);
  const ask = createAsk(await portsOf(options, shell), { offline: options.offline === true });
  const facts = loadFacts(await shell.upgradeFacts());
  const report = await outdated(pins, ask, {
    now: shell.clock.now(),
    offline: options.offline === true,
    upstreams: options.pythonIndex === undefined ? {} : { pythonIndex: options.pythonIndex },
    endOfLife: parseEndOfLifeTable(await shell.endOfLife()),
    reach: options.reach,
    appVersionOf: installedBy(shell.systems),
    nextAllowed: nextHop(facts, repository.components, shell.clock.now()),
    ...(options.endOfLifeUrl === undefined ? {} : { endOfLifeUrl: options.endOfLifeUrl }),
  });
  return { report, pins };
}

async function portsOf(options: Options, shell: Shell): Promise<AskPorts> {
  if (options.mirror === undefined) return shell.askPorts();
  if (options.offline !== true)
    throw new InputError("--mirror is asked only with --offline: online, the upstreams themselves answer.");
  return { ...(await shell.askPorts()), mirror: await shell.openMirror(folderOf(shell, options.mirror)) };
}

const severity = {
  "end-of-life": ["end-of-life"],
  behind: ["end-of-life", "behind"],
  unknown: ["end-of-life", "behind", "unknown"],
} as const;

function exitCode(report: OutdatedReport, failOn: Options["failOn"]): ExitCode {
  if (failOn === "never") return 0;
  const states: readonly string[] = severity[failOn];
  return report.rows.some((row) => states.includes(row.state)) ? 2 : 0;
}
