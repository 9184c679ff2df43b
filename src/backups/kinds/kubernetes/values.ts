import * as z from "zod";
import type { KubeObject } from "../../../kernel/kube.ts";
import { redactUrls } from "../../../kernel/url.ts";
import type { Asking } from "./values-logins.ts";

/** A values file that an Application names. */
export interface NamedValues {
  readonly application: string;
  readonly repository: string;
  /** What Argo CD synced last where it says so: a commit; else as the Application asks for it. */
  readonly revision: string;
  /** Within the repository. */
  readonly file: string;
  /** Whose login it is read with. */
  readonly asking: Asking;
}

const Source = z.object({
  repoURL: z.string().default(""),
  targetRevision: z.string().default("HEAD"),
  path: z.string().optional(),
  chart: z.string().optional(),
  ref: z.string().optional(),
  helm: z.object({ valueFiles: z.array(z.string()).default([]) }).optional(),
});
const Application = z.object({
  spec: z.object({
    project: z.string().default("default"),
    source: Source.optional(),
    sources: z.array(Source).optional(),
  }),
  status: z
    .object({
      /** Where its Argo CD is, which may be another namespace than its own (Argo CD's types.go, ApplicationStatus). */
      controllerNamespace: z.string().optional(),
      sync: z.object({ revision: z.string().optional(), revisions: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
});

/**
 * The values files of an Application, each with its repository: beside the chart's path, or by `$ref` in another source
 * (argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources, "Helm value files from external Git repository").
 */
export function valuesOf(object: KubeObject): readonly NamedValues[] {
  const parsed = Application.safeParse(object);
  if (!parsed.success) return [];
  const { spec, status } = parsed.data;
  const sources = spec.sources ?? (spec.source === undefined ? [] : [spec.source]);
  const synced = (index: number): string | undefined =>
    spec.sources === undefined ? status?.sync?.revision : status?.sync?.revisions?.[index];
  const asking = {
    namespace: status?.controllerNamespace ?? object.metadata.namespace ?? "",
    project: spec.project,
  };
  const application = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
  return sources.flatMap((source, own) =>
    (source.helm?.valueFiles ?? []).flatMap((written) => {
      const found = fileOf(written, own, sources);
      const from = sources[found?.source ?? -1];
      if (found === undefined || from === undefined) return [];
      const revision = synced(found.source) ?? from.targetRevision;
      return [{ application, repository: redactUrls(from.repoURL), revision, file: plain(found.file), asking }];
    }),
  );
}

/** Where a values file lies; undefined for one by an address of its own, or within a chart, which brings it. */
function fileOf(
  written: string,
  own: number,
  sources: readonly z.infer<typeof Source>[],
): { readonly source: number; readonly file: string } | undefined {
  const [, ref, rest] = /^\$([^/]+)\/(.+)$/.exec(written) ?? [];
  if (ref !== undefined && rest !== undefined)
    return { source: sources.findIndex((one) => one.ref === ref), file: rest };
  if (/^https?:/.test(written) || sources[own]?.chart !== undefined) return undefined;
  return { source: own, file: written.startsWith("/") ? written.slice(1) : `${sources[own]?.path ?? "."}/${written}` };
}

/** `a/./b/../c` as Git names it. */
function plain(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/"))
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  return parts.join("/");
}
