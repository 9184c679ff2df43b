import { type Fact, type Unknown, unknown } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import { redactUrls } from "../kernel/url.ts";
import type { Pin, PinKind } from "../platform/pin.ts";
import { type Freshness, freshness, type Pinned, type Reach } from "./freshness.ts";
import {
  askEndOfLife,
  type EndOfLife,
  type EndOfLifeTable,
  endOfLifeInTable,
  productOf,
} from "./freshness-end-of-life.ts";
import { type UpstreamConfig, upstreamOf } from "./outdated-upstream.ts";
import { type Release, type Releases, type Upstream, upstreamKey } from "./releases.ts";
import type { Ask } from "./sources/ask.ts";
import { listReleases } from "./sources/index.ts";
import { digestOfTag } from "./sources/registry.ts";

export interface OutdatedRow {
  readonly pin: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly kind: PinKind;
  /** As the upstream writes it; null when the pin names no release. */
  readonly current: string | null;
  readonly newest: string | null;
  /** The next version allowed; null when there is none, or it is not known. */
  readonly next: string | null;
  /** What `next` stands for now, image digest or commit, where the pin holds one. */
  readonly nextDigest?: string;
  /** Releases between, the newest included. */
  readonly behind: number | null;
  /** Whole days since the release came out; null where the upstream tells no date. */
  readonly ageDays: number | null;
  readonly endOfLife: Fact<EndOfLife>;
  /** Who was asked, and whether the answer is a stored one; null when nobody could be. */
  readonly source: string | null;
  readonly answeredAt: Instant | null;
  /** Whole hours since the upstream said so. */
  readonly answerAgeHours: number | null;
  readonly state: "current" | "behind" | "end-of-life" | "unknown";
  readonly why?: string;
  readonly howToLearn?: string;
}

/** What `millwright outdated -o json` prints. */
export interface OutdatedReport {
  readonly schema: "millwright/outdated/1";
  readonly at: Instant;
  readonly offline: boolean;
  readonly rows: readonly OutdatedRow[];
}

export interface OutdatedOptions {
  readonly now: Instant;
  /** For the report only: `ask` was made with it. */
  readonly offline: boolean;
  readonly upstreams: UpstreamConfig;
  readonly endOfLife: EndOfLifeTable;
  /** A server in the shape of endoflife.date's API; without one the shipped table answers. */
  readonly endOfLifeUrl?: string;
  readonly reach?: Reach;
  /** What a chart version installs, by what we ship; asked where the index does not tell. */
  readonly appVersionOf?: (chart: string, version: string) => string | undefined;
  /** The next version a system's upgrade path allows from `current`; undefined for a pin whose system has no such path. */
  readonly nextAllowed?: (pin: Pin, current: string, releases: readonly Release[]) => Fact<string> | undefined;
}

/**
 * How each pin stands to its upstream's releases, in the order of the pins. One upstream is asked once, whatever the number
 * of its pins, and what cannot be learnt is *unknown* in its own row.
 */
export async function outdated(pins: readonly Pin[], ask: Ask, options: OutdatedOptions): Promise<OutdatedReport> {
  const asked = new Map<string, Promise<Releases>>();
  const releasesOf = (upstream: Upstream): Promise<Releases> => {
    const key = upstreamKey(upstream);
    const answer = asked.get(key) ?? listReleases(ask, upstream);
    asked.set(key, answer);
    return answer;
  };
  const rows = await Promise.all(pins.map((pin) => rowOf(pin, ask, releasesOf, options)));
  return { schema: "millwright/outdated/1", at: options.now, offline: options.offline, rows };
}

async function rowOf(
  pin: Pin,
  ask: Ask,
  releasesOf: (upstream: Upstream) => Promise<Releases>,
  options: OutdatedOptions,
): Promise<OutdatedRow> {
  const upstream = upstreamOf(pin, options.upstreams);
  const answer = upstream.kind === "unknown" ? upstream : await releasesOf(upstream);
  const releases = answer.kind === "known" ? answer.value : [];
  const fresh = answer.kind === "known" ? judge(pin, releases, options) : notAsked(pin, answer);
  const endOfLife = await endOfLifeOf(pin, fresh, releases, ask, options);
  const nextDigest = await digestOfNext(pin, upstream, fresh, releases, ask);
  return {
    pin: pin.id,
    file: pin.file,
    line: pin.line,
    name: pin.name,
    kind: pin.kind,
    ...fresh,
    ...(nextDigest === undefined ? {} : { nextDigest }),
    endOfLife,
    ...sourceOf(answer, options.now),
    state: endOfLife.kind === "known" && endOfLife.value.ended ? "end-of-life" : fresh.state,
  };
}

function judge(pin: Pin, releases: readonly Release[], options: OutdatedOptions): Freshness {
  const runs = asItRuns(pin);
  const nextAllowed = runs.version === null ? undefined : options.nextAllowed?.(pin, runs.version, releases);
  return freshness(runs, releases, {
    now: options.now,
    ...(options.reach === undefined ? {} : { reach: options.reach }),
    nextAllowed,
  });
}

/** An unwritten tag is the chart's appVersion, a variable what it resolves to, a range what its lock file holds. */
function asItRuns(pin: Pin): Pinned {
  if (pin.effective?.kind !== "known") return pin;
  const state = pin.state === "moving" ? "moving" : "pinned";
  return { kind: pin.kind, version: pin.effective.value, digest: pin.digest, state };
}

function notAsked(pin: Pin, answer: Exclude<Releases, { kind: "known" }> | Unknown): Freshness {
  const none =
    answer.kind === "absent"
      ? {
          why: `${answer.source} has no ${pin.name}`,
          howToLearn: "check the name and the source: it may have moved or been withdrawn",
        }
      : { why: answer.why, howToLearn: answer.howToLearn };
  const runs = asItRuns(pin);
  const current = runs.state === "pinned" ? runs.version : null;
  return { current, newest: null, next: null, behind: null, ageDays: null, state: "unknown", ...none };
}

function sourceOf(answer: Releases, now: Instant): Pick<OutdatedRow, "source" | "answeredAt" | "answerAgeHours"> {
  if (answer.kind === "unknown") return { source: null, answeredAt: null, answerAgeHours: null };
  const hours = answer.at === undefined ? null : Math.floor((Date.parse(now) - Date.parse(answer.at)) / 3_600_000);
  return { source: redactUrls(answer.source), answeredAt: answer.at ?? null, answerAgeHours: hours };
}

/** The software's line decides, so a chart is judged by its appVersion. */
async function endOfLifeOf(
  pin: Pin,
  fresh: Freshness,
  releases: readonly Release[],
  ask: Ask,
  options: OutdatedOptions,
): Promise<Fact<EndOfLife>> {
  const product = productOf(options.endOfLife, pin.kind, pin.name);
  if (product === undefined) {
    return unknown(`we know no end-of-life dates of ${pin.name}`, "look for its maker's support policy");
  }
  const version = softwareVersion(pin, fresh, releases, options);
  if (version === undefined)
    return unknown(`which version of ${product} this installs is not known`, "ask the running system");
  if (options.endOfLifeUrl !== undefined) {
    const said = await askEndOfLife(ask, options.endOfLifeUrl, product, version, options.now);
    if (said.kind === "known") return said;
  }
  return endOfLifeInTable(options.endOfLife, product, version, options.now);
}

function softwareVersion(
  pin: Pin,
  fresh: Freshness,
  releases: readonly Release[],
  options: OutdatedOptions,
): string | undefined {
  const written = fresh.current ?? asItRuns(pin).version ?? undefined;
  if (pin.kind !== "chart" || written === undefined) return written;
  return releases.find(({ version }) => version === written)?.appVersion ?? options.appVersionOf?.(pin.name, written);
}

/** A pin that holds a digest or is a commit needs the new one to be moved. */
async function digestOfNext(
  pin: Pin,
  upstream: Upstream | Unknown,
  fresh: Freshness,
  releases: readonly Release[],
  ask: Ask,
): Promise<string | undefined> {
  if (fresh.next === null) return undefined;
  if (upstream.kind !== "registry") {
    const commit = fresh.current !== pin.version || pin.digest !== null;
    return commit ? releases.find(({ version }) => version === fresh.next)?.digest : undefined;
  }
  if (pin.digest === null) return undefined;
  const digest = await digestOfTag(ask, upstream, fresh.next);
  return digest.kind === "known" ? digest.value : undefined;
}
