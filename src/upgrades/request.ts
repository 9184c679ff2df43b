import { InputError } from "../kernel/errors.ts";
import { compareReleases } from "../kernel/version.ts";
import type { UpgradeFacts } from "./facts.ts";
import { gitlabOf, gitlabReleases, hasPatch, minorOf, newestPatches, numbersOf } from "./gitlab-facts.ts";
import type { PlanRequest } from "./plan-types.ts";

/** The two ends of a plan, and how the words of the request were read where they could have meant something else. */
export interface Ends {
  readonly from: string;
  readonly to: string;
  /** The chart asked for by name, which may not be in the table. */
  readonly toChart: string | undefined;
  readonly notes: readonly string[];
}

const written = /^v?(\d+(?:\.\d+){1,2})(?:[-+].*)?$/;

const bareMajor = /^v?(\d+)$/;

/** Reads one version as typed; a major alone (`16`) only where `major` allows it. Throws `InputError` that says what is accepted. */
export function readVersion(text: string, option: string, major = false): string {
  const version = written.exec(text.trim())?.[1] ?? (major ? bareMajor.exec(text.trim())?.[1] : undefined);
  if (version === undefined)
    throw new InputError(`${option} ${JSON.stringify(text)} is not a version. Write it as 18.5.1 or 18.5.`);
  return version;
}

/**
 * The ends of a GitLab plan. `--to` may be a chart: `chart:9.5.1`, or bare where the text would be a downgrade of GitLab and
 * an upgrade as a chart. Two ends that are both charts in the table are refused as ambiguous.
 */
export function gitlabEnds(facts: UpgradeFacts, request: PlanRequest): Ends {
  const notes: string[] = [];
  refuseAmbiguous(facts, request);
  const from = request.from.startsWith("chart:")
    ? gitlabOfChart(facts, request.from, "--from", notes)
    : readVersion(request.from.replace(/^gitlab:/, ""), "--from");
  if (facts.charts.pairs.some((pair) => pair.chart === request.from)) {
    notes.push(
      `--from ${from} was read as GitLab; write chart:${from} for the chart, which installs GitLab ${gitlabOf(facts, from)}.`,
    );
  }
  if (request.to === "latest") return { from, to: latestGitlab(facts, notes), toChart: undefined, notes };

  const chart = chartAsked(facts, request.to, from);
  if (chart !== undefined) {
    return { from, to: gitlabOfChart(facts, request.to, "--to", notes), toChart: chart, notes };
  }
  return {
    from,
    to: newestOf(facts, readVersion(request.to.replace(/^gitlab:/, ""), "--to")),
    toChart: undefined,
    notes,
  };
}

function refuseAmbiguous(facts: UpgradeFacts, { from, to }: PlanRequest): void {
  const isChart = (text: string) => facts.charts.pairs.some((pair) => pair.chart === text);
  if (!isChart(from) || !isChart(to)) return;
  throw new InputError(
    `--from ${from} --to ${to} may be GitLab versions or chart versions (GitLab ${gitlabOf(facts, from)} to ${gitlabOf(facts, to)}). ` +
      `Write --from chart:${from} --to chart:${to}, or --from gitlab:${from} --to gitlab:${to}.`,
  );
}

function chartAsked(facts: UpgradeFacts, text: string, from: string): string | undefined {
  const named = chartNamed(text);
  if (named !== undefined) return readVersion(named, "--to");
  const version = written.exec(text)?.[1];
  if (version === undefined || compareReleases(numbersOf(version), numbersOf(from)) >= 0) return undefined;
  const gitlab = gitlabOf(facts, version);
  return gitlab !== undefined && compareReleases(numbersOf(gitlab), numbersOf(minorOf(from))) >= 0
    ? version
    : undefined;
}

/** The chart that a text names as one: `chart:9.5.1`. */
function chartNamed(text: string): string | undefined {
  return /^chart[:\s]\s*(.+)$/.exec(text)?.[1];
}

/** The GitLab version of a chart as typed; notes how a bare number was read. */
function gitlabOfChart(facts: UpgradeFacts, text: string, option: string, notes: string[]): string {
  const named = chartNamed(text);
  const version = readVersion(named ?? text, option);
  const gitlab = gitlabOf(facts, version);
  if (gitlab === undefined) {
    throw new InputError(
      `${option}: chart ${version} is not in the chart table, and no rule covers its major. Give the GitLab version it installs (appVersion in the Helm index).`,
    );
  }
  const chart = `${option} ${named === undefined ? `${text} was read as the chart: it` : `${text}: this chart`}`;
  notes.push(
    hasPatch(gitlab)
      ? `${chart} installs GitLab ${gitlab}.`
      : `${chart} is newer than the chart table; by the rule it installs some ${gitlab}.x, and the Helm index names the patch.`,
  );
  return gitlab;
}

function latestGitlab(facts: UpgradeFacts, notes: string[]): string {
  const newest = gitlabReleases(facts).at(-1);
  if (newest === undefined) throw new InputError("--to latest: the facts name no GitLab release. Give the version.");
  const own = (facts.releases["gitlab"] ?? []).length > 0;
  notes.push(
    `--to latest was read as ${newest}, the newest release in the facts.${own ? "" : ` ${facts.datastores.releases.newer}`}`,
  );
  return newest;
}

function newestOf(facts: UpgradeFacts, version: string): string {
  return hasPatch(version) ? version : (newestPatches(gitlabReleases(facts)).get(version) ?? version);
}
