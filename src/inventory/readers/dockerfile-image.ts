import { known } from "../../kernel/fact.ts";
import { stateOfImage } from "../../kernel/version.ts";
import { splitImage } from "../image.ts";
import type { PinDraft } from "../reader.ts";
import {
  contiguousSpan,
  type ExpandedText,
  expand,
  fixedAt,
  type Lookup,
  type PlacedText,
  spanOf,
} from "./dockerfile-text.ts";

/** What is left of a variable that nothing in the file defines, or of a template. */
export const unresolved = /\$\{|\$[A-Za-z_(]|\{\{|\{%|`/;

/** The pin of an image reference that may hold variables; undefined for an empty one. */
export function imageDraft(reference: PlacedText, lookup: Lookup, path: string): PinDraft | undefined {
  const expanded = expand(reference, lookup);
  const image = splitImage(expanded.text);
  const whole = contiguousSpan(expanded) ?? spanOf(reference);
  if (image.name === "" || whole === undefined) return undefined;
  const common = { kind: "image", name: image.name, digest: image.digest, source: image.registry, path } as const;
  const isUnknown = unresolved.test(expanded.text.slice(image.tag === undefined ? 0 : image.tagStart));
  const state = isUnknown ? "unknown" : stateOfImage(image.tag, image.digest);
  const fixed =
    image.tag === undefined || image.tag === ""
      ? undefined
      : fixedAt(reference, expanded, image.tagStart, image.tagStart + image.tag.length);
  if (fixed === undefined) return { ...common, version: undefined, state, place: whole };
  return {
    ...common,
    path: fixed.path ?? path,
    version: fixed.version,
    state,
    place: fixed.place,
    ...effectiveOf(fixed.composed, isUnknown),
  };
}

/** What a composed version comes to, when all its parts are known. */
function effectiveOf(composed: string | undefined, isUnknown: boolean): Pick<PinDraft, "effective"> {
  if (composed === undefined || isUnknown) return {};
  return { effective: known(composed, "the constants of the same file") };
}

/** The pin of the characters `from` to `to`; its state is judged by what they come to. */
export function versionDraft(
  draft: Pick<PinDraft, "kind" | "name" | "source" | "path">,
  reference: PlacedText,
  expanded: ExpandedText,
  range: readonly [number, number],
  judge: (version: string) => PinDraft["state"],
): PinDraft | undefined {
  const text = expanded.text.slice(...range);
  const fixed = fixedAt(reference, expanded, ...range);
  if (fixed === undefined) return undefined;
  const isUnknown = unresolved.test(text);
  return {
    ...draft,
    path: fixed.path ?? draft.path,
    version: fixed.version,
    state: isUnknown ? "unknown" : judge(text),
    place: fixed.place,
    ...effectiveOf(fixed.composed, isUnknown),
  };
}
