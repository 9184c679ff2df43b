import { known, unknown } from "../../kernel/fact.ts";
import type { PinState } from "../../kernel/version.ts";
import type { FilePin } from "../reading.ts";
import type { Join, Joining } from "./join.ts";
import { type Change, KustomizeGraph } from "./override-graph.ts";

/** Weakest first: a pin is as firm as the least firm of what becomes of it. */
const weakest: readonly PinState[] = ["missing", "moving", "unknown", "range", "pinned"];

/**
 * The base image with what Kustomize makes of it. Only kustomizations that include the manifest count, from the outermost
 * (those nobody includes); when they disagree, all that they make of it is told with who makes it, and the state is the
 * weakest of them.
 */
export const overrideImages: Join = (joining) => {
  const graph = new KustomizeGraph(joining);
  if (graph.isEmpty) return;
  for (const { pin, outcomes } of overriddenIn(graph, joining)) {
    joining.swap(pin, withOutcomes(pin, outcomes));
  }
};

interface Outcome {
  readonly folder: string;
  /** undefined where a kustomization leaves the image as it is. */
  readonly change: Change | undefined;
}

function overriddenIn(
  graph: KustomizeGraph,
  joining: Joining,
): readonly { readonly pin: FilePin; readonly outcomes: readonly Outcome[] }[] {
  const found = new Map<string, { pin: FilePin; outcomes: Outcome[] }>();
  for (const folder of graph.outermost()) {
    for (const { file, index, change } of graph.resolve(folder)) {
      const pin = joining.pin(file, index);
      if (pin === undefined) continue;
      const key = `${file}\n${index}`;
      const entry = found.get(key) ?? { pin, outcomes: [] };
      entry.outcomes.push({ folder, change });
      found.set(key, entry);
    }
  }
  return [...found.values()].filter(({ outcomes }) => outcomes.some(({ change }) => change !== undefined));
}

function withOutcomes(pin: FilePin, outcomes: readonly Outcome[]): FilePin {
  const values = outcomes.map(({ folder, change }) => ({ folder, ...resultOf(pin, change) }));
  const state = weakest.find((candidate) => values.some((value) => value.state === candidate)) ?? pin.state;
  const changes = outcomes.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const by = [...new Set(changes.map((change) => change.by))].join(", ");
  if (changes.some((change) => change.state === "unknown")) {
    const effective = unknown(`a template in ${by} decides it`, "render the template and look at the kustomization");
    return { ...pin, state, effective };
  }
  const value = summaryOf(values);
  return value === pin.version ? { ...pin, state } : { ...pin, state, effective: known(value, by) };
}

/** The version that runs; the name comes with it when that changes too. */
function resultOf(pin: FilePin, change: Change | undefined): { readonly text: string; readonly state: PinState } {
  if (change === undefined) return { text: pin.version ?? pin.digest ?? "no tag", state: pin.state };
  const version = change.version ?? change.digest ?? "";
  const sign = change.version === undefined ? "@" : ":";
  return { text: change.name === pin.name ? version : `${change.name}${sign}${version}`, state: change.state };
}

const shownFolders = 3;

/** One version, or each with the kustomizations that choose it: `1.2 (overlays/dev), 1.3 (overlays/prod)`. */
function summaryOf(values: readonly { readonly folder: string; readonly text: string }[]): string {
  const folders = new Map<string, string[]>();
  for (const { text, folder } of values)
    folders.set(text, [...(folders.get(text) ?? []), folder === "" ? "." : folder]);
  if (folders.size === 1) return values[0]?.text ?? "";
  return [...folders]
    .map(([text, all]) => {
      const more = all.length > shownFolders ? ` and ${all.length - shownFolders} more` : "";
      return `${text} (${all.slice(0, shownFolders).join(", ")}${more})`;
    })
    .join(", ");
}
