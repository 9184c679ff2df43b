import { type Mapping, textAt } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import type { Note, Output } from "../reader.ts";
import { constantText, valueFilesOf } from "./argocd-files.ts";
import { filledIn, type ParameterSet } from "./argocd-parameters.ts";

/** A pin of this file and its key path. */
export interface PlacedPin {
  readonly index: number;
  readonly path: string;
  /** The section of the values whose tag it sets, for a Helm parameter. */
  readonly section?: string;
}

/** A source of an Application with its pins. */
export interface SourcePins {
  readonly source: Mapping;
  /** A patch of other sources: it deploys nothing by itself. */
  readonly partial: boolean;
  readonly pins: readonly PlacedPin[];
}

export interface Deployments {
  /** The Application or ApplicationSet. */
  readonly object: Mapping;
  /** What carries the Application's metadata and spec. */
  readonly template: Mapping;
  /** One per generated Application; one empty set for an Application. */
  readonly sets: readonly ParameterSet[];
  readonly sources: readonly SourcePins[];
  readonly out: Output;
}

const mostNotes = 200;

/** Notes what is deployed: one note per Application and source; a source that only lends files brings none. */
export function noteDeployments(deployments: Deployments): void {
  const { sets, sources, out } = deployments;
  const seen = new Set<string>();
  const elements = new Set(sets.flatMap((set) => [...set.values()].map(({ path }) => path)));
  for (const set of (sets.length === 0 ? [new Map()] : sets).slice(0, mostNotes)) {
    const own = new Set([...set.values()].map(({ path }) => path));
    const isOwn = ({ path }: PlacedPin): boolean => own.has(path) || !elements.has(path);
    const shared = sources.filter(({ source, partial }) => partial || isFilesOnly(source));
    for (const deployed of sources) {
      if (shared.includes(deployed)) continue;
      const pins = [deployed, ...shared].flatMap((source) => source.pins.filter(isOwn));
      const note = deploymentOf(deployed.source, deployments, set, pins);
      const key = JSON.stringify(note);
      if (note !== undefined && !seen.has(key)) out.note(note);
      seen.add(key);
    }
  }
}

function deploymentOf(
  source: Mapping,
  { object, template, sources }: Deployments,
  set: ParameterSet,
  pins: readonly PlacedPin[],
): Note | undefined {
  const fill = (text: string): string | undefined => constantText(filledIn(text, set) ?? text);
  const filled = (key: string, node: Mapping, ...steps: readonly string[]): Readonly<Record<string, string>> => {
    const text = textAt(node, ...steps);
    const value = text === undefined ? undefined : fill(text);
    return value === undefined || value === "" ? {} : { [key]: key === "repository" ? redactUrls(value) : value };
  };
  const name = fill(textAt(template, "metadata", "name") ?? "") || fill(textAt(object, "metadata", "name") ?? "");
  if (name === undefined || name === "") return undefined;
  const number = sources.filter(({ partial }) => !partial).findIndex((one) => one.source === source);
  return {
    kind: "deployment",
    name,
    ...filled("namespace", template, "spec", "destination", "namespace"),
    ...filled("chart", source, "chart"),
    ...filled("chartVersion", source, "targetRevision"),
    ...filled("repository", source, "repoURL"),
    ...filled("repositoryPath", source, "path"),
    ...(number > 0 ? { source: number } : {}),
    valueFiles: valueFilesOf(source, fill).flatMap(({ kind, path }) => (kind === "elsewhere" ? [] : [path])),
    pins: [...new Set(pins.map(({ index }) => index))],
    ...parametersIn(pins),
  };
}

function parametersIn(pins: readonly PlacedPin[]): { readonly parameters?: Readonly<Record<string, number>> } {
  const entries = pins.flatMap(({ section, index }) => (section === undefined ? [] : [[section, index] as const]));
  return entries.length === 0 ? {} : { parameters: Object.fromEntries(entries) };
}

/** `ref` without chart or path: there for the values files of other sources. */
function isFilesOnly(source: Mapping): boolean {
  return (
    textAt(source, "ref") !== undefined && textAt(source, "chart") === undefined && textAt(source, "path") === undefined
  );
}
