import { known } from "../../kernel/fact.ts";
import { type Scalar, type Step } from "../../kernel/tree.ts";
import { type PinState, stateOfImage } from "../../kernel/version.ts";
import { imagePin, isCompleteImage, splitImage } from "../image.ts";
import type { PinDraft } from "../reader.ts";
import { expand, type Scope, variableIn } from "./gitlab-ci-variables.ts";

type PathOf = (steps: readonly Step[]) => string;

/** The pin of a job's image or service, its variables followed to where they are written. */
export function imageDraft(scalar: Scalar, steps: readonly Step[], scope: Scope, pathOf: PathOf): PinDraft {
  const whole = variableIn(scalar.text, scope);
  if (whole !== undefined) return imageDraft(whole.scalar, whole.steps, scope, pathOf);
  const draft = imagePin(scalar, pathOf(steps));
  if (!/\$/.test(scalar.text)) return draft;
  const { name, tag, digest } = splitImage(scalar.text);
  const parts = { ...draft, name: expand(name, scope) ?? name };
  if (tag === undefined)
    return {
      ...parts,
      ...(expand(name, scope) === undefined ? withoutTag(scalar) : { state: stateOfImage(undefined, digest) }),
    };
  return { ...parts, ...versionDraft(tag, draft.place, scope, pathOf, (version) => stateOfImage(version, digest)) };
}

/** Nothing is known of the image: the expression is all there is. */
function withoutTag(scalar: Scalar): Partial<PinDraft> {
  return /^\$\{?\w+\}?$/.test(scalar.text) ? { version: scalar.text, state: "unknown" } : { state: "unknown" };
}

/** A version that may be a variable: pinned where one variable holds it whole, else as far as it can be composed. */
export function versionDraft(
  version: string,
  place: readonly [number, number],
  scope: Scope,
  pathOf: PathOf,
  judge: (version: string) => PinState,
): Pick<PinDraft, "version" | "state" | "place" | "effective"> & { readonly path?: string } {
  if (!version.includes("$")) return { version, state: judge(version), place };
  const whole = variableIn(version, scope);
  const scalar = whole?.scalar;
  if (whole !== undefined && scalar !== undefined && !scalar.text.includes("$")) {
    return {
      version: scalar.text,
      state: judge(scalar.text),
      place: [scalar.start, scalar.end],
      path: pathOf(whole.steps),
    };
  }
  const composed = expand(version, scope);
  if (composed === undefined) return { version, state: "unknown", place };
  return { version, state: judge(composed), place, effective: known(composed, "the pipeline's variables") };
}

/** Options of `docker run` that take no value; what follows any other one is its value. */
const flags =
  /^(?:-[ditqP]+|--(?:rm|init|privileged|detach|interactive|tty|quiet|read-only|publish-all|no-healthcheck|all-tags)|--[\w-]+=\S*)$/;

/** Images that a script runs or pulls, where the reference is complete. `text` begins at `start` of the file. */
export function imagesInScript(text: string, start: number, path: string): readonly PinDraft[] {
  const found: PinDraft[] = [];
  for (const command of text.matchAll(
    /\b(?:docker|podman|nerdctl)(?:[ \t]+container)?[ \t]+(?:run|pull|create)\b((?:\\\r?\n|[^\n;&|])*)/g,
  )) {
    const words = command[1] ?? "";
    const offset = start + command.index + command[0].length - words.length;
    const image = firstImage(words);
    if (image !== undefined) found.push(draftAt(image.text, offset + image.at, path));
  }
  return found;
}

function firstImage(words: string): { readonly text: string; readonly at: number } | undefined {
  let isValue = false;
  for (const word of words.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\.|[^\s"'\\])+/g)) {
    const text = word[0].replace(/^["']|["']$/g, "");
    if (isValue) isValue = false;
    else if (text.startsWith("-")) isValue = !flags.test(text);
    else if (!isCompleteImage(text) || !/[a-z]/.test(splitImage(text).name)) return undefined;
    else return { text, at: word.index + word[0].indexOf(text) };
  }
  return undefined;
}

function draftAt(text: string, start: number, path: string): PinDraft {
  const scalar: Scalar = {
    kind: "scalar",
    value: text,
    text,
    style: "plain",
    start,
    end: start + text.length,
    templated: false,
  };
  return imagePin(scalar, path);
}
