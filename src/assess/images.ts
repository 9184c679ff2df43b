import { splitImage } from "../inventory/image.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Pin } from "../platform/pin.ts";
import type { Mark, Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { Pod } from "./pods.ts";
import { counted, isOwnMachinery, section } from "./section.ts";
import { applications, pods } from "./types.ts";

/** One image under one name in one namespace, with all the digests it runs as. */
interface Running {
  readonly namespace: string;
  readonly name: string;
  readonly tag: string;
  readonly digests: Set<string>;
  readonly containers: Set<string>;
  /** The Argo CD Application that tracks the pods, where a label says so. */
  readonly application: string | undefined;
  pods: number;
}

/**
 * What runs, by the digest that the node pulled, against what Git fixes. `pins` are the image pins of the environment, or
 * undefined when no repository was named.
 */
export function imageSection(live: LiveCluster, pins: readonly Pin[] | undefined): Section {
  const running = runningImages(live);
  const written = pins === undefined ? undefined : tagsInGit(pins);
  const tracked = new Set(live.items(applications).map(({ metadata }) => metadata.name));
  return section({
    id: "running",
    title: pins === undefined ? "What runs" : "What runs, and what Git says",
    columns: ["Image", "Runs", "Git says", "Digest", "Where"],
    rows: running.map((one) => rowOf(one, written, tracked)),
    unseen: live.unseen(pods),
    none: "Nothing runs.",
    fine: (count) =>
      pins === undefined
        ? `${counted(running.length, "image")} run. Name a repository to compare them with Git.`
        : `All ${counted(count, "image")} run as Git says.`,
    faulty: {
      bad: (count) => `${counted(count, "image")} not as Git says, or in two versions at once`,
      warn: (count) => `${counted(count, "image")} that nobody accounts for`,
    },
  });
}

function runningImages(live: LiveCluster): readonly Running[] {
  const running = new Map<string, Running>();
  for (const { object, value } of live.read(pods, Pod)) {
    if (isOwnMachinery(object.metadata.namespace)) continue;
    const asked = new Map([...value.spec.initContainers, ...value.spec.containers].map((one) => [one.name, one.image]));
    for (const status of [...value.status.initContainerStatuses, ...value.status.containerStatuses]) {
      // The node reports one of the names that its copy goes by, which need not be the one that was asked for.
      const fresh = imageOf(asked.get(status.name) ?? status.image, object);
      const key = `${fresh.namespace} ${fresh.name}:${fresh.tag}`;
      const one = running.get(key) ?? fresh;
      const digest = /sha256:[0-9a-f]{64}/.exec(status.imageID)?.[0];
      if (digest !== undefined) one.digests.add(digest);
      one.containers.add(status.name);
      one.pods += 1;
      running.set(key, one);
    }
  }
  return [...running.values()];
}

function imageOf(reference: string, { metadata }: KubeObject): Running {
  const image = splitImage(reference);
  const { namespace = "default", labels = {} } = metadata;
  return {
    namespace,
    name: plainName(image.name),
    tag: image.tag ?? image.digest ?? "latest",
    digests: new Set(),
    containers: new Set(),
    application: labels["argocd.argoproj.io/instance"] ?? labels["app.kubernetes.io/instance"],
    pods: 0,
  };
}

/** `docker.io/library/redis` and `redis` are one image. */
export function plainName(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\//, "");
}

interface Written {
  readonly tags: ReadonlySet<string>;
  readonly digests: ReadonlySet<string>;
}

function tagsInGit(pins: readonly Pin[]): ReadonlyMap<string, Written> {
  const written = new Map<string, { tags: Set<string>; digests: Set<string> }>();
  for (const pin of pins) {
    if (pin.kind !== "image") continue;
    const name = plainName(pin.name);
    const entry = written.get(name) ?? { tags: new Set(), digests: new Set() };
    const tag = pin.effective?.kind === "known" ? pin.effective.value : pin.version;
    if (tag !== null && tag !== undefined) entry.tags.add(tag);
    if (pin.digest !== null) entry.digests.add(pin.digest);
    written.set(name, entry);
  }
  return written;
}

function rowOf(running: Running, git: ReadonlyMap<string, Written> | undefined, tracked: ReadonlySet<string>): Row {
  const { namespace, name, tag, digests, containers } = running;
  const written = git?.get(name);
  const said =
    git === undefined ? "" : written === undefined ? "nothing" : [...written.tags, ...written.digests].join(", ");
  const digest = [...digests].map((one) => one.slice(0, 19)).join(" ");
  const where = `${namespace}: ${[...containers].sort().join(", ")} (${counted(running.pods, "pod")})`;
  return {
    cells: [name, tag, said, digest === "" ? "not pulled" : digest, where],
    ...verdict(running, git, written, tracked),
  };
}

function verdict(
  { name, tag, digests, application }: Running,
  git: ReadonlyMap<string, Written> | undefined,
  written: Written | undefined,
  tracked: ReadonlySet<string>,
): { readonly mark: Mark; readonly why?: string; readonly next?: string } {
  if (digests.size > 1) {
    return {
      mark: "bad",
      why: `${name}:${tag} runs as ${digests.size} different images: the tag was moved between two pulls.`,
      next: "Pin it by digest, or by a tag that is never pushed twice.",
    };
  }
  if (git === undefined) return { mark: "note" };
  if (written === undefined) {
    return application === undefined || !tracked.has(application)
      ? {
          mark: "warn",
          why: "Git does not name this image, and no Application tracks it.",
          next: "Find out who started it (the section on drift), and bring it into Git.",
        }
      : { mark: "note", why: `Its version comes with the chart of ${application}: Git does not write it out.` };
  }
  const [digest = ""] = digests;
  if (written.tags.has(tag) || written.digests.has(digest)) return { mark: "good" };
  return {
    mark: "bad",
    why: `Git says ${[...written.tags, ...written.digests].join(" or ")}.`,
    next: "Sync, or bring what runs into Git.",
  };
}
