import { known, unknown } from "../../kernel/fact.ts";
import { type PinState, stateOfImage } from "../../kernel/version.ts";
import { type PinDraft, placeOf } from "../reader.ts";
import { filledIn, type ParameterSet, parameterNamed } from "./argocd-parameters.ts";
import { stateOfRevision } from "./argocd-source.ts";

/**
 * A pin of an ApplicationSet's template with its parameters filled in. A version that is one parameter is fixed where the
 * generator gives it: one pin per value. A composed version stays in the template, with what it comes to.
 */
export function resolvedPins<Draft extends PinDraft>(draft: Draft, sets: readonly ParameterSet[]): readonly Draft[] {
  const parameter = draft.version === undefined ? undefined : parameterNamed(draft.version);
  const values = parameter === undefined ? [] : sets.flatMap((set) => valuePin(draft, parameter, set));
  if (values.length > 0) return values;
  const named = { ...draft, name: sameInAll(draft.name, sets) ?? draft.name, source: sourceInAll(draft, sets) };
  return [draft.version?.includes("{{") ? composed(named, draft.version, sets) : named];
}

function valuePin<Draft extends PinDraft>(draft: Draft, parameter: string, set: ParameterSet): Draft[] {
  const value = set.get(parameter);
  if (value === undefined || value.scalar.value === null) return [];
  const { scalar, path } = value;
  return [
    {
      ...draft,
      name: filledIn(draft.name, set) ?? draft.name,
      source: draft.source === undefined ? undefined : (filledIn(draft.source, set) ?? draft.source),
      version: scalar.text,
      state: scalar.templated ? "unknown" : stateOf(draft, scalar.text),
      place: placeOf(scalar),
      path,
    },
  ];
}

/** What a composed version comes to: known when every Application gets the same, or all are as firm as each other. */
function composed<Draft extends PinDraft>(draft: Draft, version: string, sets: readonly ParameterSet[]): Draft {
  const all = sets.map((set) => filledIn(version, set));
  const [first, ...others] = new Set(all.filter((text) => text !== undefined));
  if (first === undefined || all.includes(undefined)) return draft;
  const states = new Set([first, ...others].map((text) => stateOf(draft, text)));
  const [state = "unknown"] = states;
  if (others.length > 0) {
    const why = `each generated Application gets its own: ${[first, ...others].slice(0, 5).join(", ")}`;
    return {
      ...draft,
      state: states.size === 1 ? state : "unknown",
      effective: unknown(why, "read the generator's elements"),
    };
  }
  return { ...draft, state, effective: known(first, "the ApplicationSet's generator") };
}

function stateOf(draft: PinDraft, version: string): PinState {
  return draft.kind === "chart" || draft.kind === "git"
    ? stateOfRevision(draft.kind, version)
    : stateOfImage(version, draft.digest ?? undefined);
}

function sourceInAll(draft: PinDraft, sets: readonly ParameterSet[]): string | undefined {
  return draft.source === undefined ? undefined : (sameInAll(draft.source, sets) ?? draft.source);
}

/** A text with its parameters filled in, when that gives the same for every set. */
function sameInAll(text: string, sets: readonly ParameterSet[]): string | undefined {
  if (!text.includes("{{")) return text;
  const [only, ...others] = new Set(sets.map((set) => filledIn(text, set)));
  return others.length === 0 ? only : undefined;
}
