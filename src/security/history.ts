import type { Credential } from "../platform/source.ts";

/** A file as a commit left it. */
export interface PastFile {
  /** The commit that wrote it, in hex. */
  readonly commit: string;
  readonly path: string;
  /** The id of its content in Git. */
  readonly blob: string;
}

/**
 * Reads what `git log --raw -c -z --no-abbrev --format='commit %H'` prints: the files that each commit added or changed, newest
 * commit first; of a merge those that are in none of its parents. A content that several commits wrote is named once, by the
 * oldest of them. Links and submodules hold no text.
 */
export function parseHistory(log: string): { readonly commits: number; readonly files: readonly PastFile[] } {
  const found = new Map<string, PastFile>();
  const commits = new Set<string>();
  let commit = "";
  let blob: string | undefined;
  for (const token of log.split("\0")) {
    const header = /^\n?commit ([0-9a-f]{40,64})$/.exec(token)?.[1];
    if (blob !== undefined) {
      found.set(`${blob} ${token}`, { commit, path: token, blob });
      blob = undefined;
    } else if (header !== undefined) {
      commit = header;
      commits.add(commit);
    } else {
      // https://git-scm.com/docs/git-diff: `:<old mode> <new mode> <old id> <new id> <status>`; of a merge, an old one a parent
      blob = /^\n?:+(?:\d{6} )+?(?:100\d{3}) (?:[0-9a-f]{40,64} )+?([0-9a-f]{40,64}) [AMR]+$/.exec(token)?.[1];
    }
  }
  return { commits: commits.size, files: [...found.values()] };
}

/**
 * What the past shows beside what stands in the tree today: each secret once, by the oldest commit that had it. Whoever finds it
 * in the tree has to replace it anyway, so it is not told twice.
 */
export function onlyInThePast(past: readonly Credential[], today: readonly Credential[]): readonly Credential[] {
  const known = new Set(today.map(likeness));
  const found = new Map<string, Credential>();
  for (const credential of past) {
    const key = likeness(credential);
    if (!known.has(key)) found.set(key, credential);
  }
  return [...found.values()];
}

function likeness({ name, what, mark }: Credential): string {
  return JSON.stringify([name, what, mark]);
}
