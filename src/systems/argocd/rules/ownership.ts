import { at, textAt } from "../../../kernel/tree.ts";
import { applicationSubject } from "../../ask.ts";
import { type Application, type ApplicationSource, defineRule } from "../../contract.ts";
import { sampleApplication } from "../../sample.ts";

/** Cluster and namespace that an Application writes to. */
function destinationOf({ spec }: Application): string {
  const cluster = textAt(spec, "destination", "server") ?? textAt(spec, "destination", "name") ?? "";
  return `${cluster} ${textAt(spec, "destination", "namespace") ?? ""}`;
}

/** Without an environment, two folders may well be two clusters: only what lies together is compared. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/**
 * What makes the objects of two sources the same: repository, path and whatever renames or selects objects. Undefined for
 * charts (their objects carry the release's name) and for templates.
 */
function identityOf(source: ApplicationSource): string | undefined {
  if (source.chart !== undefined || source.path === undefined || source.ref !== undefined) return undefined;
  if (at(source.root, "helm") !== undefined || /chart|helm/i.test(source.path) || /[{}]/.test(source.path))
    return undefined;
  const prefix = textAt(source.root, "kustomize", "namePrefix") ?? "";
  const suffix = textAt(source.root, "kustomize", "nameSuffix") ?? "";
  const repository = (source.repoURL ?? "").replace(/\.git$/, "").replace(/\/$/, "");
  return [repository, source.path.replace(/^\.\/|\/$/g, ""), prefix, suffix].join(" ");
}

/** Two selections of one folder overlap unless both name files. */
function mayOverlap(one: ApplicationSource, other: ApplicationSource): boolean {
  const [mine, theirs] = [textAt(one.root, "directory", "include"), textAt(other.root, "directory", "include")];
  const excluded = at(one.root, "directory", "exclude") ?? at(other.root, "directory", "exclude");
  return (mine === undefined || theirs === undefined || mine === theirs) && excluded === undefined;
}

interface Owner {
  readonly application: Application;
  readonly source: ApplicationSource;
}

/** Sources of two Applications that write the same objects, by name: which file is read first says nothing. */
function* pairs(applications: readonly Application[]): Iterable<{ readonly one: Owner; readonly other: Owner }> {
  const owners = new Map<string, Owner[]>();
  for (const application of applications.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    for (const source of application.sources) {
      const identity = identityOf(source);
      if (identity === undefined) continue;
      const where = application.environment ?? folderOf(application.file.path);
      const key = `${identity} ${destinationOf(application)} ${where}`;
      const other = { application, source };
      const before = owners.get(key) ?? [];
      const one = before.find(
        (known) => known.application.name !== application.name && mayOverlap(known.source, source),
      );
      owners.set(key, [...before, other]);
      if (one !== undefined) yield { one, other };
    }
  }
}

const example = (name: string, path: string): string =>
  sampleApplication({
    name,
    namespace: "web",
    repoURL: "https://git.example.org/web.git",
    path,
    targetRevision: "v1.4.2",
  });

export const oneFolderTwice = defineRule({
  id: "ownership-two-applications",
  title: "Two Applications deploy the same objects",
  group: "ownership",
  severity: "high",
  why: "Two Applications with the same folder and the same destination fight over each object: each sync takes it over from the other, and deleting one of them, with prune or a finalizer, deletes what the other still needs.",
  sources: ["argoproj/argo-cd:docs/user-guide/sync-options.md (FailOnSharedResource)"],
  fix: "Keep one of them, or give each its own folder, namespace or name prefix.",
  needs: ["applications"],
  *check({ applications }) {
    for (const { one, other } of pairs(applications.filter(({ kind }) => kind === "Application"))) {
      yield {
        kind: "finding",
        subject: `${applicationSubject(one.application)} and ${applicationSubject(other.application)}`,
        environment: other.application.environment,
        at: other.application.file.locate(other.source.root),
        message: `${other.application.name} and ${one.application.name} both deploy ${other.source.path} to the same namespace`,
        fix: `Remove one, after taking its finalizer off, so that nothing is deleted with it.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "one folder, two Applications",
        files: { "a.yaml": example("web", "deploy"), "b.yaml": example("web-copy", "deploy") },
      },
    ],
    passing: [
      { name: "two folders", files: { "a.yaml": example("web", "deploy"), "b.yaml": example("web-jobs", "jobs") } },
    ],
  },
});

export const oneNameTwice = defineRule({
  id: "ownership-application-name-twice",
  title: "Two Applications with one name",
  group: "ownership",
  severity: "high",
  why: "Two manifests for one name in one namespace are one object: the one applied last wins, and which that is depends on the order of files.",
  sources: ["https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"],
  fix: "Rename one, or remove what is left over.",
  needs: ["applications"],
  *check({ applications }) {
    const seen = new Map<string, Application>();
    for (const application of applications) {
      const namespace = textAt(application.root, "metadata", "namespace") ?? "";
      if (application.name === "" || /[{}]/.test(application.name)) continue;
      const key = [application.kind, namespace, application.name, folderOf(application.file.path)].join(" ");
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, application);
        continue;
      }
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: application.file.locate(at(application.root, "metadata", "name") ?? application.root),
        message: `${application.name} is also defined in ${first.file.path}`,
        fix: "Keep one of the two.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a copy left behind",
        files: { "web.yaml": example("web", "deploy"), "web-old.yaml": example("web", "old") },
      },
    ],
    passing: [
      {
        name: "one an environment",
        files: { "staging/web.yaml": example("web", "deploy"), "production/web.yaml": example("web", "deploy") },
      },
    ],
  },
});
