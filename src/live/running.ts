import { splitImage } from "../inventory/image.ts";
import { parseVersion } from "../kernel/version.ts";
import type { Component } from "../platform/pin.ts";
import type { LiveWorkload } from "./facts.ts";

/** What runs of a component in its environment. `absent`: the cluster was looked at, and nothing of it runs there. */
export type Running =
  | { readonly kind: "runs"; readonly version: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly why: string };

type Container = LiveWorkload["containers"][number];

/** A component with the names of the images that its pins fix. */
export interface Sought extends Pick<Component, "name" | "system" | "environment" | "namespace"> {
  readonly images: ReadonlySet<string>;
}

/**
 * What runs of a component, among the workloads of its environment's cluster. One that has its Application there, and no image that
 * would have to run, may be made of objects alone; where Applications cannot be seen, so may any.
 */
export function runningOf(
  sought: Sought,
  workloads: readonly LiveWorkload[],
  applications: ReadonlySet<string> | "unseen" = new Set(),
): Running {
  const own = workloadsOf(sought, workloads);
  if (own.length === 0) return sought.images.size === 0 ? withoutWorkload(sought, applications) : { kind: "absent" };
  const containers = mainOf(
    sought,
    own.flatMap((workload) => workload.containers),
  );
  const tags = new Set(containers.map(({ image }) => splitImage(image).tag));
  const [tag, ...others] = tags;
  if (others.length > 0)
    return {
      kind: "unknown",
      why: `several versions run: ${[...tags].map((one) => one ?? "one without a tag").join(", ")}`,
    };
  if (tag === undefined || parseVersion(tag) === undefined)
    return { kind: "unknown", why: "it runs, and the tags of its images do not say which version" };
  return { kind: "runs", version: tag.replace(/^v(?=\d)/, "") };
}

/** Whether two texts are the same version: `v17.7.1-ee` and `17.7.1` are. */
export function isSameVersion(one: string, other: string): boolean {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  if (a === undefined || b === undefined) return one === other;
  const isSameFlavour = a.flavour === b.flavour || a.flavour === "" || b.flavour === "";
  return (
    isSameFlavour &&
    a.release.join(".") === b.release.join(".") &&
    a.epoch === b.epoch &&
    a.phase === b.phase &&
    a.phaseNumber === b.phaseNumber
  );
}

/**
 * By the images that its pins fix, else by the Application that put it there, else by its own name; in its namespace where that
 * is known. Of several that run the same image, those that bear its name.
 */
function workloadsOf(sought: Sought, workloads: readonly LiveWorkload[]): readonly LiveWorkload[] {
  const { name, namespace, images } = sought;
  const here = workloads.filter((workload) => namespace === null || workload.namespace === namespace);
  const applications = applicationsOf(sought);
  const isNamed = (workload: LiveWorkload): boolean =>
    applications.includes(workload.application ?? "") || workload.name === name;
  const byImage = here.filter(({ containers }) => containers.some(({ image }) => images.has(repositoryOf(image))));
  const named = (byImage.length > 0 ? byImage : here).filter(isNamed);
  return named.length > 0 ? named : byImage;
}

function withoutWorkload(sought: Sought, applications: ReadonlySet<string> | "unseen"): Running {
  if (applications === "unseen")
    return { kind: "unknown", why: "no workload of it runs, and whether its Application is there cannot be seen" };
  return applicationsOf(sought).some((name) => applications.has(name))
    ? { kind: "unknown", why: "its Application is there, and no workload of it: its objects say no version" }
    : { kind: "absent" };
}

/** What its Application may be called. */
function applicationsOf({ name, environment }: Sought): readonly string[] {
  return [name, `${name}-${environment ?? ""}`, `${environment ?? ""}-${name}`];
}

/** The containers that say the version: those of its own images, else those that are called after it, else the only one. */
function mainOf({ name, system, images }: Sought, containers: readonly Container[]): readonly Container[] {
  const pinned = containers.filter(({ image }) => images.has(repositoryOf(image)));
  const called = (pinned.length > 0 ? pinned : containers).filter(({ image }) => {
    const last = repositoryOf(image).split("/").at(-1) ?? "";
    return last === name || last === system || last.startsWith(`${system ?? name}-`);
  });
  if (called.length > 0) return called;
  if (pinned.length > 0) return pinned;
  return new Set(containers.map(({ image }) => repositoryOf(image))).size === 1 ? containers : [];
}

/** Registry and repository, as the cluster and files alike may leave Docker's own out. */
export function repositoryOf(image: string): string {
  return splitImage(image)
    .name.replace(/^(?:docker\.io\/|index\.docker\.io\/)/, "")
    .replace(/^library\//, "");
}
