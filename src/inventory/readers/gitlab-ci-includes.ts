import { unknown } from "../../kernel/fact.ts";
import { at, type Mapping, type Node, type Scalar, type Step, scalarAt, textAt } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { type PinState, stateOfGit } from "../../kernel/version.ts";
import { type PinDraft, placeOf } from "../reader.ts";
import { versionDraft } from "./gitlab-ci-images.ts";
import { type Scope, scopeOf } from "./gitlab-ci-variables.ts";

type PathOf = (steps: readonly Step[]) => string;

/**
 * What a pipeline includes from elsewhere (https://docs.gitlab.com/ci/yaml/#include). A file of this repository is no pin.
 */
export function includesOf(root: Node, pathOf: PathOf): readonly PinDraft[] {
  const include = at(root, "include");
  if (include === undefined) return [];
  const scope = scopeOf(root);
  const items = include.kind === "sequence" ? include.items : [include];
  return items.flatMap((item, index) => {
    const steps = include.kind === "sequence" ? ["include", index] : ["include"];
    return draftOf(item, steps, scope, pathOf) ?? [];
  });
}

function draftOf(item: Node, steps: readonly Step[], scope: Scope, pathOf: PathOf): PinDraft | undefined {
  if (item.kind === "scalar") return /^https?:/.test(item.text) ? remoteDraft(item, pathOf(steps)) : undefined;
  if (item.kind !== "mapping") return undefined;
  const remote = scalarAt(item, "remote");
  if (remote !== undefined) return remoteDraft(remote, pathOf([...steps, "remote"]));
  const component = scalarAt(item, "component");
  if (component !== undefined) return componentDraft(component, [...steps, "component"], scope, pathOf);
  const template = scalarAt(item, "template");
  if (template !== undefined) return templateDraft(template, pathOf([...steps, "template"]));
  return projectDraft(item, steps, scope, pathOf);
}

/** Without `ref` it is the default branch of the project. */
function projectDraft(item: Mapping, steps: readonly Step[], scope: Scope, pathOf: PathOf): PinDraft | undefined {
  const project = textAt(item, "project");
  if (project === undefined) return undefined;
  const ref = scalarAt(item, "ref");
  const draft = { kind: "git", name: project, path: pathOf([...steps, "ref"]) } as const;
  if (ref === undefined || ref.value === null)
    return { ...draft, version: undefined, state: "missing", place: placeOf(item) };
  return { ...draft, ...versionDraft(ref.text, placeOf(ref), scope, pathOf, stateOfGit) };
}

/** `host/project/name@version`; `~latest` is the newest release, `1` or `1.2` the newest of that line. */
function componentDraft(component: Scalar, steps: readonly Step[], scope: Scope, pathOf: PathOf): PinDraft {
  const sign = component.text.lastIndexOf("@");
  const draft = {
    kind: "git",
    name: sign < 0 ? component.text : component.text.slice(0, sign),
    path: pathOf(steps),
  } as const;
  if (sign < 0) return { ...draft, version: undefined, state: "missing", place: placeOf(component) };
  const place = [component.start + sign + 1, component.end] as const;
  return { ...draft, ...versionDraft(component.text.slice(sign + 1), place, scope, pathOf, stateOfComponent) };
}

function stateOfComponent(version: string): PinState {
  return version === "~latest" ? "moving" : stateOfGit(version);
}

/** A template comes with the GitLab that runs the pipeline, so nothing in the repository fixes it. */
function templateDraft(template: Scalar, path: string): PinDraft {
  return {
    kind: "tool",
    name: template.text,
    version: undefined,
    source: "GitLab's own CI/CD templates",
    state: /\.latest\./.test(template.text) ? "moving" : "unknown",
    place: placeOf(template),
    path,
    effective: unknown(
      "the template ships with GitLab and changes with it",
      "the version of the GitLab that runs this pipeline",
    ),
  };
}

const forges = [
  /^(https?:\/\/[^/]+\/.+?)\/-\/raw\/([^/?]+)\//,
  /^(https?:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+)\/(?:refs\/(?:tags|heads)\/)?([^/?]+)\//,
  /^(https?:\/\/[^/]+\/[^/]+\/[^/]+)\/raw\/(?:refs\/(?:tags|heads)\/)?([^/?]+)\//,
];

/** A file on the web: at a revision of a forge, with a version in its address, or whatever stands there today. */
function remoteDraft(remote: Scalar, path: string): PinDraft {
  const url = remote.text;
  for (const forge of forges) {
    const [whole, name, revision] = forge.exec(url) ?? [];
    if (whole === undefined || name === undefined || revision === undefined) continue;
    return {
      kind: "git",
      name: redactUrls(name),
      source: redactUrls(name),
      path,
      ...found(remote, revision, whole.length - 1 - revision.length, stateOfGit),
    };
  }
  const version = /(?<=[/_-])v?\d+\.\d+\.\d+[\w.-]*?(?=\/|\.ya?ml|$)/.exec(url);
  const draft = { kind: "package", name: redactUrls(url), source: redactUrls(url), path } as const;
  if (version === null)
    return { ...draft, version: undefined, state: remote.templated ? "unknown" : "missing", place: placeOf(remote) };
  return { ...draft, ...found(remote, version[0], version.index, stateOfGit) };
}

function found(
  remote: Scalar,
  version: string,
  offset: number,
  judge: (version: string) => PinState,
): Pick<PinDraft, "version" | "state" | "place"> {
  const start = remote.start + offset;
  return { version, state: judge(version), place: [start, start + version.length] };
}
