import { roleByName, roleOf, type SeenFiles } from "./archive-layout.ts";

/*
 * Whose each file of an archive is, by its path alone (archive-layout.ts says where they lie). The names of all repositories stand
 * nowhere else: a file that no layout explains is told, as it may be one.
 */

/** What was seen below `repositories/`, of all repositories. */
type AllSeen = Omit<SeenFiles, "other">;

/** What a file is by its name, whosever it is; `earlier`: a manifest that is not the last. */
export function kindOf(file: string): ReturnType<typeof roleByName> | "earlier" {
  if (!file.startsWith("manifests/")) return roleByName(file);
  if (!file.endsWith(".toml")) return "other";
  return file.endsWith("/+latest.toml") ? "text" : "earlier";
}

/** By each repository's path below the storage, with `.git`. */
export function byRepository({ texts, bundles, lists }: AllSeen): ReadonlyMap<string, SeenFiles> {
  const found = new Map<string, Collected>();
  for (const [file, text] of texts) of(found, file, ownerOf(file, texts)).texts.set(file, text);
  for (const file of bundles) of(found, file, ownerOf(file, texts)).bundles.add(file);
  for (const [file, size] of lists) of(found, file, ownerOf(file, texts)).lists.set(file, size);
  return found;
}

/** Whose a bundle is, as far as its own path says. */
export function ownerOfBundle(file: string): string {
  return ownerOf(file, new Map());
}

interface Collected {
  readonly texts: Map<string, string>;
  readonly bundles: Set<string>;
  readonly lists: Map<string, number>;
  other: string | undefined;
}

function of(found: Map<string, Collected>, file: string, name: string): Collected {
  const there = found.get(name) ?? { texts: new Map(), bundles: new Set(), lists: new Map(), other: undefined };
  found.set(name, there);
  // What a restore of this one alone would not find is in no known place.
  if (roleOf(file, name) === undefined) there.other = file;
  return there;
}

function ownerOf(file: string, texts: AllSeen["texts"]): string {
  const [, ofManifest] = /^manifests\/[^/]+\/(.+)\/\+latest\.toml$/.exec(file) ?? [];
  if (ofManifest !== undefined) return ofManifest;
  const [, inStorage] = /^[^/]+\/(.+\.git)\/[^/]+\/[^/]+$/.exec(file) ?? [];
  if (inStorage !== undefined) return inStorage;
  const pointed = /^(.+)\/LATEST$/.exec(file)?.[1];
  if (pointed !== undefined) return `${isInner(pointed, texts) ? parentOf(pointed) : pointed}.git`;
  const [, inSteps] = /^(.+)\/[^/]+\/\d{3}\.(?:bundle|refs)$/.exec(file) ?? [];
  return `${inSteps ?? file.replace(/\.(?:bundle|refs)$/, "")}.git`;
}

/** Of a backup of a repository, which has a pointer of its own beside. */
function isInner(folder: string, texts: AllSeen["texts"]): boolean {
  return texts.has(`${parentOf(folder)}/LATEST`);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
