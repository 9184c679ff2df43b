import type { Fact } from "../kernel/fact.ts";
import { compareReleases, isTemplated, parseVersion } from "../kernel/version.ts";
import type { Application, Configuration, Location, Setting, Verdict } from "./contract.ts";

/**
 * Questions that rules of every system ask. Each answers yes only when that is certain, so `isOn` and `isOff` are both
 * false for what is unknown: a rule that forgets a case says nothing instead of raising a false alarm.
 */

/** The setting is known and Helm takes it for true. */
export function isOn(setting: Fact<Setting>): boolean {
  return setting.kind === "known" && !isTemplate(setting.value) && truth(setting.value);
}

/** The setting is known to be missing, false, null or empty. */
export function isOff(setting: Fact<Setting>): boolean {
  if (setting.kind === "absent") return true;
  return setting.kind === "known" && !isTemplate(setting.value) && !truth(setting.value);
}

/** The text of a setting that is known and not empty. */
export function textIn(setting: Fact<Setting>): string | undefined {
  return isOn(setting) && setting.kind === "known" ? setting.value.text : undefined;
}

/** Where the setting is written; the component's own place when a default decides. */
export function placeIn(setting: Fact<Setting>, configuration: Configuration): Location {
  return (setting.kind === "known" ? setting.value.at : undefined) ?? configuration.at;
}

function isTemplate({ node }: Setting): boolean {
  return node.kind === "scalar" && node.templated;
}

/** As Go templates judge it: empty text, an empty list and an empty mapping are false; the text "false" is true. */
function truth({ node }: Setting): boolean {
  switch (node.kind) {
    case "mapping":
      return node.entries.length > 0;
    case "sequence":
      return node.items.length > 0;
    case "scalar":
      return node.value !== null && node.value !== false && node.value !== "" && node.value !== 0;
  }
}

/** What findings call a component: `gitlab/gitlab`. */
export function subjectOf(configuration: Configuration): string {
  return `${configuration.system}/${readable(configuration.component, configuration.at.file)}`;
}

/** A name that a template fills in stands for as many Applications as it likes: the file then says which ones are meant. */
export function applicationSubject({ name, file }: Application): string {
  return `application/${readable(name, file.path)}`;
}

function readable(name: string, file: string): string {
  if (!isTemplated(name)) return name;
  const stem = file.slice(file.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  return `(templated) in ${stem}`;
}

/** The verdict for a component of which a setting could not be learned; none when it is known. */
export function* unlessKnown(configuration: Configuration, ...settings: readonly Fact<Setting>[]): Iterable<Verdict> {
  const open = settings.find((setting) => setting.kind === "unknown");
  if (open?.kind !== "unknown") return;
  yield {
    kind: "unknown",
    subject: subjectOf(configuration),
    environment: configuration.environment,
    at: configuration.at,
    why: open.why,
    howToLearn: open.howToLearn,
  };
}

/** Environments in which losing everything is part of the deal. */
export function isTrial(environment: string | undefined): boolean {
  return environment === "local" || environment === "development";
}

/** The dotted numbers of a version: `v9.1.4` is `[9, 1, 4]`; undefined for a branch, a range, a template. */
export function releaseOf(version: string | null | undefined): readonly number[] | undefined {
  return typeof version === "string" ? parseVersion(version)?.release : undefined;
}

/** `version` is known and not older than `bound`. */
export function isAtLeast(version: string | null | undefined, bound: string): boolean {
  const release = releaseOf(version);
  return release !== undefined && compareReleases(release, releaseOf(bound) ?? []) >= 0;
}

/** `version` is known and older than `bound`. */
export function isBefore(version: string | null | undefined, bound: string): boolean {
  const release = releaseOf(version);
  return release !== undefined && compareReleases(release, releaseOf(bound) ?? []) < 0;
}
