import * as z from "zod";
import { parseInstant } from "../../kernel/instant.ts";
import { isPrerelease, type Release } from "../releases.ts";
import { mapKnown, parseJson, type Source, type UpstreamOf } from "./source.ts";

const accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.2, application/vnd.pypi.simple.v1+html;q=0.3";

/** PEP 691; `upload-time` is PEP 700's, `yanked` PEP 592's: false, true or the reason. */
const Project = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      yanked: z.union([z.boolean(), z.string()]).optional(),
      "upload-time": z.string().optional(),
    }),
  ),
});

interface Archive {
  readonly filename: string;
  readonly yanked: boolean;
  readonly at?: string | undefined;
}

/** A Python index, as JSON (PEP 691) or HTML (PEP 503). A release is withdrawn when each of its archives is. */
export const python: Source<UpstreamOf<"python">> = {
  id: "python",
  async list(ask, { index, project }) {
    const url = `${index.replace(/\/+$/, "")}/${encodeURIComponent(normalName(project))}/`;
    const reply = await ask.get(url, { accept });
    return mapKnown(reply, "a page of a Python index", ({ body }) => readProject(body, project));
  },
};

/** The form in which indexes know a name (PEP 503). */
function normalName(project: string): string {
  return project.toLowerCase().replace(/[-_.]+/g, "-");
}

/** The releases on a project's page; undefined when it is no such page. */
export function readProject(body: string, project: string): readonly Release[] | undefined {
  const archives = body.trimStart().startsWith("{") ? fromJson(body) : fromHtml(body);
  if (archives === undefined) return undefined;
  const byVersion = new Map<string, Archive[]>();
  for (const archive of archives) {
    const version = versionOf(archive.filename, project);
    if (version !== undefined) byVersion.set(version, [...(byVersion.get(version) ?? []), archive]);
  }
  return [...byVersion].map(([version, own]) => toRelease(version, own));
}

function fromJson(body: string): readonly Archive[] | undefined {
  return parseJson(body, Project)?.files.map((file) => ({
    filename: file.filename,
    yanked: file.yanked !== undefined && file.yanked !== false,
    at: file["upload-time"],
  }));
}

/** One anchor an archive, whose text is the file's name; `data-yanked` may be empty (PEP 592). */
function fromHtml(body: string): readonly Archive[] | undefined {
  if (!/<(?:!doctype html|html|a)[\s>]/i.test(body)) return undefined;
  const anchors = body.matchAll(/<a\s([^>]{0,4096})>\s*([^<]{1,512}?)\s*<\/a>/gi);
  return [...anchors].map(([, attributes = "", filename = ""]) => ({
    filename,
    yanked: /(?:^|\s)data-yanked(?:[\s=]|$)/i.test(attributes),
  }));
}

/** From `name-version-TAGS.whl` or `name-version.tar.gz`, where the name is written in any equivalent form. */
function versionOf(filename: string, project: string): string | undefined {
  const wheel = /^([^-]+)-([^-]+)-.+\.whl$/.exec(filename);
  if (wheel !== null) return normalName(wheel[1] ?? "") === normalName(project) ? wheel[2] : undefined;
  const base = /^(.+)\.(?:tar\.gz|zip|tar\.bz2|tgz)$/.exec(filename)?.[1];
  if (base === undefined) return undefined;
  const parts = base.split("-");
  for (let count = 1; count < parts.length; count += 1) {
    if (normalName(parts.slice(0, count).join("-")) === normalName(project)) return parts.slice(count).join("-");
  }
  return undefined;
}

function toRelease(version: string, archives: readonly Archive[]): Release {
  const dates = archives
    .map(({ at }) => (at === undefined ? undefined : parseInstant(at)))
    .filter((at) => at !== undefined);
  const first = dates.toSorted()[0];
  return {
    version,
    prerelease: isPrerelease(version),
    ...(first === undefined ? {} : { at: first }),
    ...(archives.every(({ yanked }) => yanked) ? { yanked: true } : {}),
  };
}
