import { releaseOf, subjectOf } from "../ask.ts";
import type { Configuration, Location, Pin } from "../contract.ts";
import { sampleApplication } from "../sample.ts";
import { gitlabVersionOf } from "./chart.ts";

/** A GitLab that the repository deploys in a version we can tell. */
export interface Installed {
  readonly subject: string;
  readonly environment: string | undefined;
  /** Without `v` and edition: `18.1.4`. */
  readonly version: string;
  readonly at: Location;
}

/** Every GitLab whose version is known: by its chart version, or by the tag of the all-in-one image. */
export function installedIn(configurations: readonly Configuration[], pins: readonly Pin[]): readonly Installed[] {
  return [...chartsIn(configurations), ...pins.flatMap((pin) => imageIn(pin) ?? [])];
}

/** The configurations of GitLab's chart. */
export function gitlabsIn(configurations: readonly Configuration[]): readonly Configuration[] {
  return configurations.filter(({ system }) => system === "gitlab");
}

/** The GitLab version a configuration installs; undefined when its chart version does not tell. */
export function versionIn({ chart, chartVersion }: Configuration): string | undefined {
  return chartVersion === undefined ? undefined : gitlabVersionOf(chart ?? "gitlab", chartVersion);
}

/** An Application of the chart, for examples. */
export function gitlabExample(chartVersion: string, values: string, syncPolicy?: string): string {
  return sampleApplication({
    name: "gitlab",
    repoURL: "https://charts.gitlab.io",
    chart: "gitlab",
    targetRevision: chartVersion,
    values,
    ...(syncPolicy === undefined ? {} : { syncPolicy }),
  });
}

function chartsIn(configurations: readonly Configuration[]): readonly Installed[] {
  return gitlabsIn(configurations).flatMap((configuration) => {
    const version = versionIn(configuration);
    if (version === undefined) return [];
    const { environment, at } = configuration;
    return [{ subject: subjectOf(configuration), environment, version, at }];
  });
}

function imageIn(pin: Pin): Installed | undefined {
  const name = /(?:^|\/)gitlab\/(gitlab-[ce]e)$/.exec(pin.name)?.[1];
  const release = pin.kind === "image" && name !== undefined ? releaseOf(pin.version)?.slice(0, 3) : undefined;
  if (name === undefined || release?.length !== 3) return undefined;
  const { file, line, column, environment } = pin;
  return { subject: `image/${name}`, environment, version: release.join("."), at: { file, line, column } };
}
