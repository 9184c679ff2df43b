import { day, hour, minute } from "./zone.ts";

/** Work for which alerts of one environment, or of one component there, are expected. Milliseconds since 1970. */
export interface Mute {
  readonly name: string;
  readonly environment: string;
  readonly component: string | undefined;
  readonly from: number;
  readonly until: number;
  readonly why: string;
}

/** Which labels of the alerts say where they come from, and what is never muted. */
export interface MuteLabels {
  readonly environment: string;
  readonly component: string;
  /** Alerts with this severity go through: a broken platform must still wake somebody. */
  readonly neverSeverity: string;
}

const usualMuteLabels: MuteLabels = {
  environment: "environment",
  component: "component",
  neverSeverity: "critical",
};

interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

function matchersFor({ environment, component }: Mute, labels: MuteLabels): Matcher[] {
  const equal = (name: string, value: string): Matcher => ({ name, value, isRegex: false, isEqual: true });
  return [
    equal(labels.environment, environment),
    ...(component === undefined ? [] : [equal(labels.component, component)]),
    { ...equal("severity", labels.neverSeverity), isEqual: false },
  ];
}

/** What `POST /api/v2/silences` takes. */
export interface Silence {
  readonly matchers: Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

/** A silence as Alertmanager's API takes it (`POST /api/v2/silences`): narrow, with an end and a reason. */
export function silenceFor(mute: Mute, labels: MuteLabels = usualMuteLabels): Silence {
  return {
    matchers: matchersFor(mute, labels),
    startsAt: new Date(mute.from).toISOString(),
    endsAt: new Date(mute.until).toISOString(),
    createdBy: "millwright",
    comment: `${mute.name}: ${mute.why}`,
  };
}

/**
 * Time intervals and routes for those who keep mutes in Alertmanager's configuration: each for one piece of planned work, by its
 * dates, so that a window in which nothing is planned mutes nothing. To be merged into the configuration; the routes go first
 * and `continue` is left out, as a muted route must be the one that matches.
 */
export function muteConfiguration(
  mutes: readonly Mute[],
  receiver: string,
  labels: MuteLabels = usualMuteLabels,
): { readonly time_intervals: Record<string, unknown>[]; readonly routes: Record<string, unknown>[] } {
  return {
    time_intervals: mutes.map((mute) => ({ name: mute.name, time_intervals: datedIntervals(mute.from, mute.until) })),
    routes: mutes.map((mute) => ({
      receiver,
      matchers: matchersFor(mute, labels).map(
        ({ name, value, isEqual }) => `${name}${isEqual ? "=" : "!="}${JSON.stringify(value)}`,
      ),
      mute_time_intervals: [mute.name],
    })),
  };
}

/** Alertmanager's intervals do not pass midnight, so a stretch is cut there. Whole minutes, rounded outwards; UTC. */
function datedIntervals(from: number, until: number): object[] {
  const intervals: object[] = [];
  for (let start = Math.floor(from / minute) * minute; start < until; ) {
    const midnight = (Math.floor(start / day) + 1) * day;
    const end = Math.min(midnight, Math.ceil(until / minute) * minute);
    const at = new Date(start);
    intervals.push({
      times: [{ start_time: clock(start), end_time: end === midnight ? "24:00" : clock(end) }],
      days_of_month: [String(at.getUTCDate())],
      months: [String(at.getUTCMonth() + 1)],
      years: [String(at.getUTCFullYear())],
      location: "UTC",
    });
    start = end;
  }
  return intervals;
}

function clock(at: number): string {
  const hours = Math.floor((at % day) / hour);
  const minutes = Math.floor((at % hour) / minute);
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
