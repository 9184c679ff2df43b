import { stateOfGit } from "../../kernel/version.ts";
import type { PinDraft } from "../reader.ts";
import { versionDraft } from "./dockerfile-image.ts";
import { type ExpandedText, expand, type Lookup, type PlacedText } from "./dockerfile-text.ts";

/** `…/owner/repo/releases/download/v1.2.3/file`, GitHub's and GitLab's archives, and the newest release of GitHub. */
const release =
  /https?:\/\/([\w.-]+)\/([\w.-]+\/[\w.-]+)\/(?:releases\/download|archive\/refs\/tags|archive)\/([^/\s"']+?)(?:\/|\.tar\.gz|\.tgz|\.zip|$)/;
const newest = /https?:\/\/([\w.-]+)\/([\w.-]+\/[\w.-]+)\/releases\/(latest)\/download\//;

/** The pin of a release that is downloaded from `word`; undefined when the address has none. */
export function downloadIn(word: PlacedText, lookup: Lookup, path: string): PinDraft | undefined {
  if (!word.text.includes("://")) return undefined;
  const expanded = expand(word, lookup);
  const found = release.exec(expanded.text) ?? newest.exec(expanded.text);
  return found === null ? undefined : draftOf(word, expanded, found, path);
}

function draftOf(word: PlacedText, expanded: ExpandedText, found: RegExpExecArray, path: string): PinDraft | undefined {
  const [address, host = "", name = "", version = ""] = found;
  const start = found.index + address.indexOf(`/${version}`, address.indexOf(name) + name.length) + 1;
  return versionDraft(
    { kind: "tool", name, source: `https://${host}/${name}`, path },
    word,
    expanded,
    [start, start + version.length],
    (text) => (text === "latest" ? "moving" : stateOfGit(text)),
  );
}
