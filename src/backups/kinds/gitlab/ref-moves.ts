import type { Refs } from "./bundle-head.ts";

/** Refs of GitLab's own kind that keep commits from being tidied up (gitlabhq/gitlabhq lib/gitlab/git/keep_around.rb: `refs/keep-around/SHA`). */
export const keepAround = "refs/keep-around/";

/**
 * What brings a repository from the refs that it has to those wanted, as transactions of `git update-ref --stdin`: none where nothing
 * is other, else one or two. What keeps commits stays, and what moves, goes or is `old` is kept from now on. One would be enough but for
 * Git: it makes no `a/b` in the transaction in which `a` goes, nor the other way round, as their locks cannot be a file and a folder at
 * once (git/git 2e9de01aa0c44b539fca05b3ee552013d64c283a, t1404). So what is in the way of others goes in one before, and all commits
 * are kept in that: killed after it, the same asked again comes to the same.
 */
export function refMoves(now: Refs, wanted: Refs, old: Iterable<string>): readonly (readonly string[])[] {
  const goes = new Map([...now].filter(([ref]) => !wanted.has(ref) && !ref.startsWith(keepAround)));
  const moved = [...now].flatMap(([ref, id]) => (goes.has(ref) || (wanted.get(ref) ?? id) !== id ? [id] : []));
  const kept = new Map([...old, ...moved].map((id) => [`${keepAround}${id}`, id]));
  const first = inTheWay(goes, wanted);
  const deleted = (isFirst: boolean): readonly string[] =>
    [...goes].flatMap(([ref, id]) => (first.has(ref) === isFirst ? [`delete ${ref} ${id}`] : []));
  const made = (refs: Refs): readonly string[] =>
    [...refs].flatMap(([ref, id]) => {
      const is = now.get(ref);
      if (is === id) return [];
      return is === undefined ? [`create ${ref} ${id}`] : [`update ${ref} ${id} ${is}`];
    });
  const others = new Map([...wanted].filter(([ref]) => !kept.has(ref)));
  const moves =
    first.size === 0
      ? [[...deleted(false), ...made(kept), ...made(others)]]
      : [
          [...deleted(true), ...made(kept)],
          [...deleted(false), ...made(others)],
        ];
  return moves.filter((lines) => lines.length > 0);
}

/** Refs that go and that are a folder of wanted ones, or lie in what is to be one. */
function inTheWay(goes: Refs, wanted: Refs): ReadonlySet<string> {
  const folders = new Set([...wanted.keys()].flatMap(foldersOf));
  const found = [...goes.keys()].filter((ref) => folders.has(ref) || foldersOf(ref).some((one) => wanted.has(one)));
  return new Set(found);
}

/** `refs`, `refs/heads`, `refs/heads/a` of `refs/heads/a/b`. */
export function foldersOf(ref: string): readonly string[] {
  const names = ref.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}
