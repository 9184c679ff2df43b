// oxlint-disable no-restricted-imports -- tests make the archives that a toolbox makes
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../../others/prove.test-support.ts";
import { tarOf, whole } from "./gitlab.test-support.ts";
import { database, git } from "./repository.test-support.ts";

/* Archives of real repositories, in each of the ways in which gitaly-backup has laid them (archive-layout.ts names its sources). */

export const layouts = ["legacy", "pointer", "manifest and pointer", "manifest"] as const;
type Layout = (typeof layouts)[number];
export type Files = Readonly<Record<string, string | Buffer>>;

const id = "1763600400_2026_11_20_17.8.7";

/** A whole bundle of all refs, as Gitaly's `CreateBundle` makes it. */
function bundleOf(at: string): Buffer {
  const file = join(folder(), "bundle");
  git("-C", at, "bundle", "create", "--quiet", file, "--all");
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}

/** What lies below `repositories/` for one repository. */
export function filesOf(storage: string, name: string, layout: Layout): Files {
  const at = join(storage, name);
  const path = name.replace(/\.git$/, "");
  const refs = `${execFileSync("git", ["-C", at, "show-ref", "--head"], { encoding: "utf8" })}`;
  const bundle = bundleOf(at);
  if (layout === "legacy") return { [`${path}.bundle`]: bundle };
  const place = layout === "manifest" ? `default/${name}/${id}` : `${path}/${id}`;
  const files = { [`${place}/001.bundle`]: bundle, [`${place}/001.refs`]: refs };
  const pointers = { [`${path}/LATEST`]: id, [`${path}/${id}/LATEST`]: "001" };
  if (layout === "pointer") return { ...pointers, ...files };
  const head = git("-C", at, "symbolic-ref", "HEAD");
  const manifest = manifestOf(head, [place]);
  const manifests = {
    [`manifests/default/${name}/${id}.toml`]: manifest,
    [`manifests/default/${name}/+latest.toml`]: manifest,
  };
  return { ...files, ...(layout === "manifest" ? {} : pointers), ...manifests };
}

function manifestOf(head: string, places: readonly string[]): string {
  const steps = places.map(
    (place) =>
      `[[steps]]\nbundle_path = '${place}/001.bundle'\nref_path = '${place}/001.refs'\ncustom_hooks_path = '${place}/001.custom_hooks.tar'\n`,
  );
  return `object_format = 'sha1'\nhead_reference = '${head}'\n\n${steps.join("\n")}`;
}

const { "./db/database.sql.gz": _, "./backup_information.yml": information, "./lfs.tar.gz": lfs } = whole;

/** The archive, with its list of projects before its repositories or after them. */
export function archiveOf(
  repositories: Files,
  { projectsLast = false, skipped = "pages", dump = database } = {},
): Buffer {
  const below = Object.entries(repositories).map(([name, content]) => [`./repositories/${name}`, content] as const);
  const projects = { "./db/database.sql.gz": dump };
  return tarOf({
    ...(projectsLast ? {} : projects),
    ...Object.fromEntries(below),
    "./lfs.tar.gz": lfs,
    ...(projectsLast ? projects : {}),
    "./backup_information.yml": information.replace(/:skipped: .*/, `:skipped: ${skipped}`),
  });
}
