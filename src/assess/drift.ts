import type { Difference } from "../drift/compare.ts";
import { type Drift, driftOf, transformedBy } from "../drift/drift.ts";
import type { RepositoryFacts } from "../findings/audit.ts";
import type { Instant } from "../kernel/instant.ts";
import { formatPath } from "../kernel/tree.ts";
import type { Manifest } from "../platform/source.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import { ignoredBy } from "./ignored.ts";
import type { LiveCluster } from "./live.ts";
import { ageOf, counted, section } from "./section.ts";

export interface DriftSectionInput {
  readonly live: LiveCluster;
  /** What the repository says; undefined when none was named. */
  readonly repository: RepositoryFacts | undefined;
  /** Only what is of this environment or of none. */
  readonly environment: string | undefined;
  readonly now: Instant;
}

/** Plain manifests of the repository against the very objects in the cluster: which fields, since when, by whom. */
export function driftSection({ live, repository, environment, now }: DriftSectionInput): Section {
  const manifests = (repository?.manifests ?? []).filter((one) => isOf(one, environment));
  const drifts = driftOf({
    manifests,
    liveOf: (apiVersion, kind) => live.ofKind(apiVersion, kind),
    transformed: transformedBy(kustomizationsOf(repository)),
    ignored: ignoredBy(live),
  });
  return section({
    id: "drift",
    title: "Drift from Git",
    columns: ["Object", "Field", "Git", "Live", "Since", "By"],
    rows: drifts.flatMap((drift) => rowsOf(drift, now)),
    none:
      repository === undefined
        ? "Not compared: name a repository. Argo CD's own verdict stands above."
        : "The repository has no plain manifests to compare; Argo CD's own verdict stands above.",
    fine: (count) => `All ${counted(count, "object")} that can be compared without rendering are as Git says.`,
    faulty: {
      bad: (count) => `${counted(count, "field")} not as Git says`,
      warn: (count) => `${counted(count, "object")} of Git not in the cluster`,
    },
    quiet: true,
  });
}

function isOf(manifest: Manifest, environment: string | undefined): boolean {
  return environment === undefined || manifest.environment === undefined || manifest.environment === environment;
}

function kustomizationsOf(repository: RepositoryFacts | undefined): Parameters<typeof transformedBy>[0] {
  const files = repository?.files ?? [];
  return files
    .filter(({ path }) => /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path))
    .flatMap((file) => file.documents.flatMap(({ root }) => (root?.kind === "mapping" ? [{ file, root }] : [])));
}

function rowsOf(drift: Drift, now: Instant): readonly Row[] {
  const { kind, namespace, name, file } = drift.manifest;
  const object = `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
  switch (drift.kind) {
    case "same":
      return [{ mark: "good", cells: [object, "", "", "", "", ""] }];
    case "absent":
      return [
        {
          mark: "warn",
          cells: [object, "", file.path, "not there", "", ""],
          why: "Git declares it and the cluster does not have it.",
          next: "Sync it, or say with --environment which part of the repository this cluster is.",
        },
      ];
    case "unknown":
      return [{ mark: "unknown", cells: [object, "", file.path, "?", "", ""], why: drift.why, next: drift.howToLearn }];
    case "differs":
      return drift.differences.map((difference) => differenceRow(object, file.path, difference, now));
  }
}

function differenceRow(object: string, file: string, { path, desired, live, writers }: Difference, now: Instant): Row {
  const [writer] = writers;
  const since = ageOf(writer?.at, now);
  return {
    mark: "bad",
    cells: [
      object,
      formatPath(path),
      desired,
      live ?? "not there",
      since === undefined ? "?" : `${since} ago`,
      writer?.manager ?? "?",
    ],
    why:
      writer === undefined
        ? `The cluster does not record who wrote this field (${file}).`
        : `${writer.manager}${writer.hand ? ", a tool that people use," : ""} wrote it last (${file}).`,
    next: "Put it back by a sync, or bring it into Git.",
  };
}
