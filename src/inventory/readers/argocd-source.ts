import { type Mapping, type Node, type Scalar, type Step, scalarAt, textAt } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { type PinState, stateOfChart, stateOfGit } from "../../kernel/version.ts";
import { type PinDraft, placeOf } from "../reader.ts";

/** Writes the key path of steps below some node. */
export type PathOf = (steps: readonly Step[]) => string;

export interface RevisionOptions {
  readonly pathOf: PathOf;
  /** A patch or a section of values, which need not say everything: a missing revision is nobody's fault there. */
  readonly partial: boolean;
  /** What a patch stands over: says what it does not repeat. */
  readonly over?: Node | undefined;
  /** For a source that names neither chart nor repository. */
  readonly fallbackName?: string;
}

/** What a source of an Application deploys. */
export interface SourceName {
  readonly kind: "chart" | "git";
  readonly name: string;
  readonly source: string | undefined;
}

/**
 * The pin of an Argo CD source's `targetRevision`. Left out it means HEAD of a Git repository and the newest version of a
 * chart (argo-cd docs/user-guide/tracking_strategies.md): state `missing`.
 */
export function revisionPin(source: Mapping, options: RevisionOptions): PinDraft | undefined {
  const revision = writtenScalar(source, "targetRevision");
  if (revision === undefined && options.partial) return undefined;
  const named = nameOfSource((key) => textAt(source, key) ?? textAt(options.over, key), options.fallbackName);
  if (named === undefined) return undefined;
  return {
    ...named,
    version: revision?.text,
    state: revision?.templated ? "unknown" : stateOfRevision(named.kind, revision?.text),
    place: placeOf(revision ?? source),
    path: options.pathOf(["targetRevision"]),
  };
}

/** A repository without a scheme, or with `oci://`, is a registry of charts; with `oci://` its last segment is the chart. */
export function nameOfSource(
  textOf: (key: string) => string | undefined,
  fallbackName?: string,
): SourceName | undefined {
  const repository = textOf("repoURL");
  const source = repository === undefined ? undefined : redactUrls(repository);
  const chart = textOf("chart");
  if (chart !== undefined && chart !== "") return { kind: "chart", name: chart, source };
  if (source?.startsWith("oci://")) return { kind: "chart", name: lastSegment(source), source };
  const name = source ?? fallbackName;
  return name === undefined ? undefined : { kind: "git", name, source };
}

export function stateOfRevision(kind: "chart" | "git", revision: string | undefined): PinState {
  return kind === "chart" ? stateOfChart(revision) : stateOfGit(revision);
}

/** The `revision` of a Git generator, given the mapping that holds `repoURL` and `revision`; HEAD when left out. */
export function generatorRevision(git: Mapping, pathOf: PathOf, partial: boolean): PinDraft | undefined {
  const repository = textAt(git, "repoURL");
  const revision = writtenScalar(git, "revision");
  if (repository === undefined || (revision === undefined && partial)) return undefined;
  const name = redactUrls(repository);
  return {
    kind: "git",
    name,
    version: revision?.text,
    source: name,
    state: revision?.templated ? "unknown" : stateOfGit(revision?.text),
    place: placeOf(revision ?? git),
    path: pathOf(["revision"]),
  };
}

/** The scalar below a key; a null or empty text is not written. */
export function writtenScalar(node: Node | undefined, key: string): Scalar | undefined {
  const scalar = scalarAt(node, key);
  return scalar === undefined || scalar.value === null || scalar.text === "" ? undefined : scalar;
}

/** The last part of a path or URL: what a chart's folder or an OCI chart is called. */
export function lastSegment(path: string): string {
  const trimmed = path.replace(/[/.]+$/, "").replace(/\.git$/, "");
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}
