import type { PlatformConfig } from "../platform/config.ts";
import { type Freeze, type Window, windowsOf } from "../platform/schedule.ts";
import { type Duty, dutiesOf } from "./duties.ts";
import type { TimeLine } from "./time-line.ts";
import { compileWindow, frozenIn, type Span } from "./windows.ts";

/** What of `millwright.yaml` the calendar reads. */
export type CalendarConfig = Pick<PlatformConfig, "windows" | "freezes" | "duties"> & {
  readonly environments: readonly { readonly name: string }[];
  readonly components: readonly { readonly system: string; readonly environment?: string | undefined }[];
};

export interface CompiledWindow {
  readonly window: Window;
  readonly line: TimeLine;
}

export interface EnvironmentCalendar {
  readonly name: string;
  readonly windows: readonly CompiledWindow[];
  readonly frozen: readonly Span[];
  /** The systems that run here; undefined where no component is declared. */
  readonly systems: ReadonlySet<string> | undefined;
}

/** The configuration as sorted instants, for a stretch of time. Compile anew when the configuration changes or time runs out. */
export interface CompiledCalendar {
  /** Milliseconds since 1970; what lies outside is not known. */
  readonly from: number;
  readonly until: number;
  readonly environments: ReadonlyMap<string, EnvironmentCalendar>;
  /** What holds for work that belongs to no environment. */
  readonly frozen: readonly Span[];
  readonly freezes: readonly Freeze[];
  readonly duties: readonly Duty[];
}

/** The guides' environments, for a platform that declares none. */
const usualEnvironments = ["development", "staging", "production"];

/** Compiles windows, freezes and duties. Throws `InputError` for a duty that says too little. */
export function compileCalendar(config: CalendarConfig, from: number, until: number): CompiledCalendar {
  const { freezes } = config;
  const names = config.environments.length > 0 ? config.environments.map(({ name }) => name) : usualEnvironments;
  const environments = names.map((name): EnvironmentCalendar => {
    const frozen = frozenIn(name, freezes);
    const windows = windowsOf(name, config.windows).map((window) => ({
      window,
      line: compileWindow(window, frozen, from, until),
    }));
    return { name, windows, frozen, systems: systemsIn(name, config) };
  });
  return {
    from,
    until,
    environments: new Map(environments.map((environment) => [environment.name, environment])),
    frozen: frozenIn(undefined, freezes),
    freezes,
    duties: dutiesOf(config.duties, zoneOfTeam(config)),
  };
}

function systemsIn(name: string, { components }: CalendarConfig): ReadonlySet<string> | undefined {
  if (components.length === 0) return undefined;
  const here = components.filter(({ environment }) => environment === undefined || environment === name);
  return new Set(here.map(({ system }) => system));
}

/** Whose clock is meant where nobody says it: that of the first window, else UTC. */
function zoneOfTeam({ windows }: CalendarConfig): string {
  return windows[0]?.zone ?? "UTC";
}
