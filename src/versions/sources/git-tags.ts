import { isPrerelease, type Release } from "../releases.ts";
import { mapKnown, type Source, type UpstreamOf } from "./source.ts";

/** The tags of a Git repository, without cloning it. A tag's digest is the commit it leads to; it has no date. */
export const git: Source<UpstreamOf<"git">> = {
  id: "git",
  async list(ask, { url }) {
    return mapKnown(await ask.gitTags(url), "a list of Git references", readTags);
  },
};

/** Lines of `git ls-remote --tags`, also of a mirror's `info/refs`; an annotated tag's commit stands on its `^{}` line. */
export function readTags(text: string): readonly Release[] | undefined {
  const commits = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const found = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S.*)$/.exec(line);
    if (found === null) return undefined;
    const [, commit = "", ref = ""] = found;
    const tag = /^refs\/tags\/(.*?)(\^\{\})?$/.exec(ref);
    if (tag === null) continue;
    const [, name = "", peeled] = tag;
    if (peeled !== undefined || !commits.has(name)) commits.set(name, commit);
  }
  return [...commits].map(([version, digest]) => ({ version, digest, prerelease: isPrerelease(version) }));
}
