import { keepScript, linesScript } from "../../src/backups/kinds/gitlab/gitaly-scripts.ts";

/*
 * What Git does in the lab's pods: it looks at repositories, and writes what brings one of them back, word by word as that is asked.
 * No hook and no other program is named on any of these lines; paths are held to the pod's volume where they are mapped to it.
 */

const looks = ["bundle", "for-each-ref", "show-ref", "fsck", "rev-list", "rev-parse", "count-objects", "cat-file"];

type Word = string | RegExp;

const path = /^[^-]/;

/** Of one repository: an empty one is made, a pack is taken in, HEAD is asked and set. */
const writes: readonly (readonly Word[])[] = [
  ["init", "--quiet", "--bare", path],
  ["init", "--quiet", "--bare", "--object-format=sha256", path],
  ["-C", path, "index-pack", "--stdin", "--fix-thin"],
  ["-C", path, "symbolic-ref", "-q", "HEAD"],
  ["-C", path, "symbolic-ref", "HEAD", /^refs\/[\w./-]+$/],
];

const bytes = /^\d+$/;

/** Whether all of it is there, its refs are set, what they lead to is packed, and what they were before is written down beside it. */
const scripts: readonly (readonly Word[])[] = [
  ["-c", linesScript, "check-objects", bytes, "git", "-C", path, "rev-list", "--objects", "--quiet", "--stdin"],
  ["-c", linesScript, "set-refs", bytes, "git", "-C", path, "update-ref", "--stdin"],
  [
    "-c",
    linesScript,
    "pack-objects",
    bytes,
    "git",
    "-C",
    path,
    "pack-objects",
    "--quiet",
    "--revs",
    "--stdout",
    "--delta-base-offset",
  ],
  ["-c", keepScript, "keep", bytes, /^[^-].*\/millwright-before-[0-9a-f]{12}$/],
];

/** Throws, as Git would say it, for what is neither. */
export function checkGit(args: readonly string[]): void {
  if (writes.some((words) => isOf(words, args))) return;
  const verb = args[0] === "-C" ? args[2] : args[0];
  if (verb === undefined || !looks.includes(verb)) throw new Error(`git: '${verb ?? ""}' is not a git command`);
  if (args.some((arg) => /^-c$|^--(?:exec|config|upload-pack|receive-pack)/.test(arg)))
    throw new Error("git: this option is not let through here");
}

export function isGitScript([program, ...args]: readonly string[]): boolean {
  return program === "sh" && scripts.some((words) => isOf(words, args));
}

function isOf(words: readonly Word[], args: readonly string[]): boolean {
  return (
    words.length === args.length &&
    words.every((word, index) => (typeof word === "string" ? word === args[index] : word.test(args[index] ?? "")))
  );
}
