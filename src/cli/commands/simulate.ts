import { Command, InvalidArgumentError } from "commander";
import { catchUpCollision } from "../../calendar/catch-up.ts";
import { type Collision, collisionsIn } from "../../calendar/collisions.ts";
import { type CompiledCalendar, compileCalendar } from "../../calendar/compiled.ts";
import { type SimulatedOrder, type Simulation, simulate } from "../../calendar/simulate.ts";
import { freshState } from "../../calendar/state.ts";
import { gitlabTracks } from "../../calendar/tracks.ts";
import { day } from "../../calendar/zone.ts";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { instantOf, parseInstant } from "../../kernel/instant.ts";
import { styled, table } from "../../reports/table.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly from?: string;
  readonly to?: string;
  readonly gitlabHops?: number;
  readonly hopsPerOpening: number;
  readonly strict?: boolean;
}

/** `millwright simulate [DIR]` */
export function simulateCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("simulate")
    .description(
      "Play the calendar through: which rules collide, what lapses, what never catches up, and the sum behind it",
    )
    .argument("[dir]", "folder with millwright.yaml; the guides' windows and duties hold where it says nothing", ".")
    .option("--from <day>", "first day (default: today)")
    .option("--to <day>", "the day it ends (default: a year later)")
    .option(
      "--gitlab-hops <count>",
      "how many hops GitLab's upgrade plan needs today ('millwright upgrade plan')",
      count,
    )
    .option("--hops-per-opening <count>", "how many of them are made in one opening", count, 1)
    .option("--strict", "exit 2 when something collides or lapses")
    .addOption(outputOption(["table", "markdown", "json", "yaml"]))
    .action(async (folder: string, options: Options) => {
      // A folder that is missing must not be taken for one that says nothing.
      shell.openFolder(folderOf(shell, folder));
      const result = play(await configOf(shell, folder), spanOf(options, shell), options);
      shell.out(
        render(options.output, {
          table: () => asText(result, shell),
          markdown: () => asMarkdown(result),
          json: () => asJson(shown(result)),
          yaml: () => asYaml(shown(result)),
        }),
      );
      const found = result.collisions.length > 0 || lapsedOf(result.played).length > 0;
      exit(options.strict === true && found ? 2 : 0);
    });
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 1000) throw new InvalidArgumentError("give a whole number");
  return value;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

function spanOf({ from, to }: Options, shell: Shell): Span {
  const start = from === undefined ? midnight(shell.clock.now()) : momentOf("--from", from);
  const until = to === undefined ? start + 365 * day : momentOf("--to", to);
  if (until <= start) throw new InputError("--to is not later than --from; give two days in order.");
  if (until - start > 3660 * day) throw new InputError("That is more than ten years; simulate a shorter time.");
  return { from: start, until };
}

function midnight(now: string): number {
  return Math.floor(Date.parse(now) / day) * day;
}

function momentOf(option: string, text: string): number {
  const at = parseInstant(text);
  if (at === undefined) throw new InputError(`${option} "${text}" is not a day such as 2027-01-01.`);
  return Date.parse(at);
}

interface Result extends Span {
  readonly calendar: CompiledCalendar;
  readonly played: Simulation;
  readonly collisions: readonly Collision[];
}

function play(config: Parameters<typeof compileCalendar>[0], { from, until }: Span, options: Options): Result {
  const calendar = compileCalendar(config, from - 100 * day, Math.max(until, from + 365 * day) + 100 * day);
  const tracks = gitlabTracks(calendar, from, {
    hopsBehind: options.gitlabHops,
    hopsPerOpening: options.hopsPerOpening,
  });
  return {
    from,
    until,
    calendar,
    played: simulate({ state: freshState(calendar), from, until, dutiesAreDone: true }),
    collisions: [
      ...collisionsIn(calendar, from, until),
      ...tracks.flatMap((track) => {
        const collision = catchUpCollision(track);
        return collision === undefined ? [] : [collision];
      }),
    ],
  };
}

function lapsedOf({ orders }: Simulation): readonly SimulatedOrder[] {
  return orders.filter(({ outcome }) => outcome === "lapsed" || outcome === "late");
}

/** Work that came up, by its duty and environment. */
function tally({ calendar, played }: Result): string[][] {
  const rows = new Map<
    string,
    { readonly title: string; readonly environment: string; done: number; lapsed: number; open: number }
  >();
  for (const { order, outcome } of played.orders) {
    const duty = order.origin.kind === "duty" ? order.origin.duty : order.id;
    const environment = order.environment ?? "-";
    const key = `${environment} ${duty}`;
    const title = calendar.duties.find(({ id }) => id === duty)?.title ?? order.title;
    const row = rows.get(key) ?? { title, environment, done: 0, lapsed: 0, open: 0 };
    if (outcome === "done") row.done += 1;
    else if (outcome === "open") row.open += 1;
    else row.lapsed += 1;
    rows.set(key, row);
  }
  return [...rows.values()]
    .toSorted((a, b) =>
      a.environment === b.environment ? b.lapsed - a.lapsed : a.environment < b.environment ? -1 : 1,
    )
    .map((row) => [row.environment, row.title, String(row.done), String(row.lapsed), String(row.open)]);
}

const headings = ["environment", "work", "done", "lapsed", "open"];

function effort({ calendar, played }: Result): string {
  const hoursOf = (duties: CompiledCalendar["duties"]): number =>
    Math.round(duties.reduce((sum, duty) => sum + (played.duties.get(duty.id)?.due ?? 0) * duty.lengthMinutes, 0) / 60);
  const turns = [...played.duties.values()].reduce((sum, { due }) => sum + due, 0);
  const people = hoursOf(calendar.duties.filter(({ automated }) => automated !== true));
  const machines = hoursOf(calendar.duties.filter(({ automated }) => automated === true));
  return `${counted(calendar.duties.length, "duty")} come due ${counted(turns, "time")}: ${counted(people, "hour")} of people, ${machines} of machines.`;
}

const assumption =
  "Assumed: every duty is done when due, and every plan, change request, approval and backup is ready in time. What lapses lapses for want of time alone.";

function asText(result: Result, shell: Shell): string {
  const lines = result.collisions.flatMap(({ title, arithmetic, toDo }) => [
    styled(shell.terminal, "bold", title),
    ...arithmetic.map((line) => `  ${line}`),
    `  To do: ${toDo}`,
    "",
  ]);
  return [
    `From ${instantOf(result.from).slice(0, 10)} to ${instantOf(result.until).slice(0, 10)}. ${effort(result)}`,
    assumption,
    "",
    ...(lines.length === 0 ? ["No rules collide.", ""] : lines),
    table(shell.terminal, headings, tally(result)),
  ].join("\n");
}

function asMarkdown(result: Result): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  return [
    `# The calendar from ${instantOf(result.from).slice(0, 10)} to ${instantOf(result.until).slice(0, 10)}`,
    "",
    effort(result),
    "",
    assumption,
    ...result.collisions.flatMap(({ title, arithmetic, toDo }) => [
      "",
      `## ${title}`,
      "",
      ...arithmetic.map((line) => `- ${line}`),
      "",
      `To do: ${toDo}`,
    ]),
    "",
    "## Work",
    "",
    `| ${headings.join(" | ")} |`,
    `|${headings.map(() => "---").join("|")}|`,
    ...tally(result).map((row) => `| ${row.map(cell).join(" | ")} |`),
    "",
  ].join("\n");
}

function shown(result: Result): object {
  return {
    from: instantOf(result.from),
    until: instantOf(result.until),
    collisions: result.collisions,
    work: tally(result).map(([environment, title, done, lapsed, open]) => ({
      environment,
      title,
      done: Number(done),
      lapsed: Number(lapsed),
      open: Number(open),
    })),
    lapsed: lapsedOf(result.played).map(({ order, raisedAt, outcome }) => ({
      title: order.title,
      environment: order.environment,
      raisedAt: instantOf(raisedAt),
      outcome,
    })),
  };
}
