import { posix } from "node:path";
import { entriesAt, type Mapping, scalarAt, textAt } from "../../kernel/tree.ts";
import { pathIn, type Reader } from "../reader.ts";
import { isYamlName } from "../source-file.ts";
import type { PathOf } from "./argocd-source.ts";
import { imagesIn } from "./helm-images.ts";
import { imagesOfObjectsIn } from "./helm-objects.ts";
import { revisionsIn } from "./helm-revisions.ts";

const keys = /(?:image\w*|repository|registry|tag|hub|revision|env\w*|args|command)["']?\s*:/i;

/**
 * Helm values files, known by what they hold: any YAML mapping with images in it that is not a Kubernetes object, a chart,
 * or the file of another tool. A JSON file must have `values` in its name, since reports of scanners name images too.
 */
export const helmValues: Reader = {
  id: "helm-values",

  accepts(path, text) {
    return isYamlName(path) && !isAnotherToolsName(path) && keys.test(text);
  },

  read(file, out) {
    for (const document of file.documents) {
      const { root } = document;
      if (root?.kind !== "mapping" || !isValues(root)) continue;
      const pathOf: PathOf = (steps) => pathIn(document, steps);
      for (const draft of imagesIn(root, { pathOf, owner: nameOfValuesFile(file.path) })) out.pin(draft);
      for (const draft of revisionsIn(root, pathOf)) out.pin(draft);
      for (const draft of imagesOfObjectsIn(root, file, pathOf)) out.pin(draft);
    }
  },
};

/** What a values file is called after: `values/gitlab.yaml` and `gitlab/values-prod.yaml` are gitlab's. */
export function nameOfValuesFile(path: string): string {
  const name = posix.basename(path).replace(/\.(?:ya?ml|json)\b.*$/i, "");
  if (!/^(?:helm[-_.])?values(?:[-_.].*)?$/i.test(name)) return name.replace(/[-_.]values$/i, "");
  const folder = posix.basename(posix.dirname(path));
  return folder === "" || folder === "." ? name : folder;
}

const otherNames =
  /(?:^|\/)(?:\.github|\.gitea|\.forgejo|\.circleci|\.azuredevops|\.woodpecker|\.tekton|node_modules)\/|(?:^|\/)(?:\.?gitlab-ci[^/]*|docker-compose[^/]*|compose[^/]*|kustomization|chart|requirements|mkdocs|\.pre-commit-config|dependabot|azure-pipelines[^/]*|bitbucket-pipelines|\.drone|\.travis|skaffold[^/]*|Taskfile|action|values\.schema|pnpm-lock|millwright)\.(?:ya?ml|json)$|\.lock$|(?:^|\/)\.argocd-source[^/]*\.yaml$/i;

function isAnotherToolsName(path: string): boolean {
  if (/\.json$/i.test(path) && !/values[^/]*\.json$/i.test(path)) return true;
  return otherNames.test(path);
}

/** Keys that give other formats away: Kubernetes objects, OpenAPI, lock files, workflows, pipelines, actions. */
const foreign: readonly (readonly string[])[] = [
  ["apiVersion", "kind"],
  ["openapi"],
  ["swagger"],
  ["lockfileVersion"],
  ["$schema"],
  ["jobs", "on"],
  ["jobs", "version"],
  ["pipelines"],
  ["pipeline"],
  ["runs", "name"],
];

/** Whether a mapping can be Helm values. */
export function isValues(root: Mapping): boolean {
  const written = new Set(root.entries.map(({ key }) => key.text));
  if (foreign.some((keys) => keys.every((key) => written.has(key)))) return false;
  return !isCompose(root) && !isPipeline(root);
}

const composeKeys = /^(?:version|name|services|volumes|networks|configs|secrets|include|x-.*)$/;

/** `services:` and nothing a compose file does not have; charts with a section of that name have others too. */
function isCompose(root: Mapping): boolean {
  const services = entriesAt(root, "services");
  if (services.length === 0) return false;
  return (
    root.entries.every(({ key }) => composeKeys.test(key.text)) &&
    services.every(({ value }) => scalarAt(value, "image") !== undefined || value.kind !== "mapping" || hasBuild(value))
  );
}

function hasBuild(service: Mapping): boolean {
  return service.entries.some(({ key }) => key.text === "build" || key.text === "extends");
}

/** A GitLab CI file under another name: jobs with a `script`. */
function isPipeline(root: Mapping): boolean {
  const jobs = root.entries.filter(({ value }) => value.kind === "mapping" && hasScript(value));
  return jobs.length > 0 && (jobs.length * 2 >= root.entries.length || textAt(root, "stages", 0) !== undefined);
}

function hasScript(job: Mapping): boolean {
  return job.entries.some(({ key, value }) => key.text === "script" && value.kind === "sequence");
}
