import { Command, InvalidArgumentError } from "commander";
import { appProjectPatch } from "../../calendar/argocd.ts";
import { type CompiledCalendar, compileCalendar, type EnvironmentCalendar } from "../../calendar/compiled.ts";
import { entriesIn, feedEvent } from "../../calendar/entries.ts";
import { icalendar } from "../../calendar/ical.ts";
import { sayMoment } from "../../calendar/say.ts";
import { openingsIn } from "../../calendar/time-line.ts";
import { day } from "../../calendar/zone.ts";
import { InputError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import { table } from "../../reports/table.ts";
import { asJson, asYaml, loadFormat, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly environment?: string;
  readonly applications: readonly string[];
  readonly project?: string;
  readonly days: number;
}

/** `millwright windows [DIR]` */
export function windowsCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("windows")
    .description(
      "When may be worked where; also as Argo CD sync windows (dated, to be written anew within the time given) or a calendar feed",
    )
    .argument("[dir]", "folder with millwright.yaml; the guides' windows hold where it says nothing", ".")
    .option("--environment <name>", "only this one")
    .option("--days <count>", "how far ahead", days, 90)
    .option(
      "--applications <names>",
      "for argocd: the applications meant, with commas and * as Argo CD has them",
      list,
      ["*"],
    )
    .option("--project <name>", "for argocd: the AppProject (default: the environment's name)")
    .addOption(outputOption(["table", "json", "yaml", "argocd", "ics"]))
    .action(async (folder: string, options: Options) => {
      // A folder that is missing must not be taken for one that says nothing.
      shell.openFolder(folderOf(shell, folder));
      const now = Date.parse(shell.clock.now());
      const config = await configOf(shell, folder);
      const calendar = compileCalendar(config, now - day, now + options.days * day);
      const environments = named(options.environment, calendar);
      if (options.output === "argocd") await loadFormat("yaml");
      shell.out(
        render(options.output, {
          table: () => asTable(environments, calendar, shell),
          json: () => asJson(shown(environments, calendar)),
          yaml: () => asYaml(shown(environments, calendar)),
          argocd: () =>
            environments
              .map((one) =>
                asYaml(appProjectPatch(calendar, one, options.project ?? one.name, options.applications, now)),
              )
              .join("---\n"),
          ics: () => feed(environments, calendar, config.platform, now),
        }),
      );
      exit(0);
    });
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3660)
    throw new InvalidArgumentError("give a whole number of days");
  return value;
}

function list(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim());
}

function named(name: string | undefined, { environments }: CompiledCalendar): readonly EnvironmentCalendar[] {
  if (name === undefined) return [...environments.values()];
  const found = environments.get(name);
  if (found === undefined)
    throw new InputError(`There is no environment "${name}". There is ${[...environments.keys()].join(", ")}.`);
  return [found];
}

interface Row {
  readonly environment: string;
  readonly from: number;
  readonly until: number;
  readonly zone: string;
  readonly cadence: string;
}

function rowsOf(environments: readonly EnvironmentCalendar[], { from, until }: CompiledCalendar): readonly Row[] {
  return environments
    .flatMap(({ name, windows }) =>
      windows.flatMap(({ window, line }) =>
        openingsIn(line, from + day, until).map((opening) => ({
          environment: name,
          from: opening.from,
          until: opening.until,
          zone: window.zone,
          cadence: window.cadence === "any" ? "" : `once a ${window.cadence}`,
        })),
      ),
    )
    .toSorted((a, b) => a.from - b.from);
}

function asTable(environments: readonly EnvironmentCalendar[], calendar: CompiledCalendar, shell: Shell): string {
  const rows = rowsOf(environments, calendar).map((row) => [
    row.environment,
    sayMoment(row.from, row.zone),
    sayMoment(row.until, row.zone),
    row.cadence,
  ]);
  return table(shell.terminal, ["environment", "opens", "closes", "may be used"], rows);
}

function shown(environments: readonly EnvironmentCalendar[], calendar: CompiledCalendar): object {
  return rowsOf(environments, calendar).map(({ from, until, ...row }) => ({
    ...row,
    from: instantOf(from),
    until: instantOf(until),
  }));
}

function feed(
  environments: readonly EnvironmentCalendar[],
  calendar: CompiledCalendar,
  platform: string,
  now: number,
): string {
  const names = new Set(environments.map(({ name }) => name));
  const today = Math.floor(now / day) * day;
  const entries = entriesIn(calendar, [], today, calendar.until);
  return icalendar(
    `Maintenance of ${platform}`,
    entries
      .filter(({ environment }) => environment === undefined || names.has(environment))
      .map((entry) => feedEvent(entry, platform)),
    today,
  );
}
