import { redactUrls } from "../../kernel/url.ts";
import { isRange, isTemplated, type PinState, stateOfConstraint, stateOfGit } from "../../kernel/version.ts";
import type { PinDraft } from "../reader.ts";

/** PEP 508: a name, extras, then a constraint, an address, or nothing (https://peps.python.org/pep-0508/). */
const shape = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(\s*\[[^\]]*\])?\s*/;

/** They install the others and stay out of what runs: unless a version is written, they are no pins. */
const installers = /^(?:pip|setuptools|wheel)$/i;

type PathOf = (name: string) => string;

/**
 * The pin of one requirement, whose text begins at `start` of the file: `mlflow==2.14.1`, `numpy>=1.26,<2`, `x[y] ; marker`,
 * `x @ git+https://…@v1`. An exact version stands without its operator, a range with it. Undefined for what installs nothing
 * from outside: a file, a folder, an option.
 */
export function requirementDraft(written: string, start: number, pathOf: PathOf): PinDraft | undefined {
  const text = withoutMarker(written);
  const git = gitDraft(text, start, pathOf);
  if (git !== undefined) return git;
  const [head, name, extras = ""] = shape.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const rest = text.slice(head.length).trimEnd();
  const draft = { kind: "package", name, path: pathOf(name) } as const;
  if (rest.startsWith("@")) return archiveDraft(rest, start + head.length, draft);
  if (rest !== "") return constrained(rest, start + head.length, draft);
  if (installers.test(name)) return undefined;
  return { ...draft, version: undefined, state: "missing", place: [start, start + name.length + extras.length] };
}

/** The constraint may stand in parentheses. */
function constrained(rest: string, at: number, draft: Pick<PinDraft, "kind" | "name" | "path">): PinDraft | undefined {
  const constraint = (/^\(([^)]*)\)$/.exec(rest)?.[1] ?? rest).trim();
  if (!/^(?:[~=!]=|[<>]|===)/.test(constraint)) return undefined;
  return { ...draft, ...versionOf(constraint, at + rest.indexOf(constraint)) };
}

/** Without the environment marker and the hashes behind it. */
function withoutMarker(text: string): string {
  return text
    .replace(/(?:^|\s+)--\w[^]*$/, "")
    .replace(/\s*;[^]*$/, "")
    .trimEnd();
}

function versionOf(constraint: string, at: number): Pick<PinDraft, "version" | "state" | "place"> {
  const operator = /^={2,3}\s*/.exec(constraint)?.[0] ?? "";
  const exact = constraint.slice(operator.length);
  const isExact = operator !== "" && !isRange(exact);
  const version = isExact ? exact : constraint;
  const start = isExact ? at + operator.length : at;
  return { version, state: stateOfRequirement(version), place: [start, start + version.length] };
}

function stateOfRequirement(version: string): PinState {
  return isTemplated(version) ? "unknown" : stateOfConstraint(version);
}

/** `name @ https://…/name-1.2.3.whl`: the address names the release. */
function archiveDraft(rest: string, at: number, draft: Pick<PinDraft, "kind" | "name" | "path">): PinDraft {
  const url = rest.slice(1).trim();
  const found = /-(\d+(?:\.\d+)+[\w.+!]*?)(?=-|\.tar|\.zip|\.whl)/.exec(rest);
  const source = redactUrls(url);
  if (found?.[1] === undefined)
    return { ...draft, source, version: undefined, state: "unknown", place: [at, at + rest.length] };
  const start = at + found.index + 1;
  return { ...draft, source, version: found[1], state: "pinned", place: [start, start + found[1].length] };
}

function gitDraft(text: string, start: number, pathOf: PathOf): PinDraft | undefined {
  const git = /(?:^|@\s*|\s)git\+([a-z+]+:\/\/[^\s#;]+)/.exec(text);
  const url = git?.[1];
  if (git === null || url === undefined) return undefined;
  const sign = url.lastIndexOf("@");
  const hasRevision = sign > url.indexOf("/", url.indexOf("//") + 2);
  const name = redactUrls(hasRevision ? url.slice(0, sign) : url);
  const called = /[#&]egg=([\w.-]+)/.exec(text)?.[1] ?? /^([\w.-]+)\s*(?:\[[^\]]*\])?\s*@/.exec(text)?.[1] ?? name;
  const draft = { kind: "git", name, source: name, path: pathOf(called) } as const;
  if (!hasRevision) return { ...draft, version: undefined, state: "missing", place: [start, start + text.length] };
  const version = url.slice(sign + 1);
  const end = start + git.index + git[0].length;
  return { ...draft, version, state: stateOfGit(version), place: [end - version.length, end] };
}
