// oxlint-disable no-restricted-imports -- tests make what Git makes
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../../others/prove.test-support.ts";
import type { Files } from "./archive.test-support.ts";
import { git, refsOf } from "./repository.test-support.ts";

/* Incremental backups: a bundle of all, and bundles of what is new since on top of it, as gitaly-backup makes them. */

export interface Step {
  readonly bundle: Buffer;
  readonly refs: string;
}

/** What gitaly-backup asks Git for (gitaly internal/backup/backup.go @v16.11.8): all refs, without what the list before names. */
function stepOf(at: string, before?: Step): Step {
  const file = join(folder(), "step.bundle");
  const without = (before?.refs ?? "").split("\n").flatMap((line) => (line === "" ? [] : [`^${line.split(" ")[0]}`]));
  git("-C", at, "bundle", "create", "--quiet", file, "--all", ...without);
  const refs = execFileSync("git", ["-C", at, "show-ref", "--head"], { encoding: "utf8" });
  return { bundle: readFileSync(file), refs };
}

/** What gitaly-backup leaves where nothing was new: Git has written a head, and then refuses to make an empty bundle. */
export const begun = ({ refs }: Step): Step => ({ bundle: Buffer.from("# v2 git bundle\n\n"), refs });

/** Steps of a copy of a repository, with what is done to it before each but the first; what it was at last. */
export function stepsOf(at: string, ...changes: readonly ((at: string) => void)[]): Stepped {
  const copy = join(folder(), "pushed.git");
  cpSync(at, copy, { recursive: true });
  const steps = [stepOf(copy)];
  for (const change of changes) {
    change(copy);
    steps.push(stepOf(copy, steps.at(-1)));
  }
  const last = { steps, refs: refsOf(copy), head: git("-C", copy, "symbolic-ref", "HEAD") };
  rmSync(copy, { recursive: true });
  return last;
}

export interface Stepped {
  readonly steps: readonly Step[];
  /** As `refsOf` has them, after the last. */
  readonly refs: string;
  readonly head: string;
}

/** A commit of its own on top of `main`; its id. */
export function commitOn(at: string, words: string): string {
  return git("-C", at, "commit-tree", "-m", words, "-p", "main", "main^{tree}");
}

/** Three steps of a repository to which was pushed, of which a branch was deleted and one set back. */
export function threeSteps(at: string): Stepped {
  const copy = join(folder(), "before.git");
  cpSync(at, copy, { recursive: true });
  git("-C", copy, "update-ref", "refs/heads/old", "main~1");
  git("-C", copy, "update-ref", "refs/heads/gone", commitOn(copy, "gone soon"));
  return stepsOf(
    copy,
    (at) => {
      git("-C", at, "update-ref", "refs/heads/main", commitOn(at, "second"));
      git("-C", at, "update-ref", "-d", "refs/heads/gone");
    },
    (at) => {
      git("-C", at, "update-ref", "refs/heads/old", "refs/tags/v1");
      git("-C", at, "update-ref", "refs/heads/new", commitOn(at, "third"));
      git("-C", at, "symbolic-ref", "HEAD", "refs/heads/new");
    },
  );
}

const numberOf = (index: number): string => String(index + 1).padStart(3, "0");

function filesAt(place: string, { bundle, refs }: Step): Files {
  // Of nothing there is no bundle.
  return { [`${place}.refs`]: refs, ...(bundle.length === 0 ? {} : { [`${place}.bundle`]: bundle }) };
}

/** All below one id, with hooks beside each. */
export function pointerOf(name: string, steps: readonly Step[], id = "7"): Files {
  const path = name.replace(/\.git$/, "");
  const files = steps.map((step, index) => {
    const place = `${path}/${id}/${numberOf(index)}`;
    return { ...filesAt(place, step), [`${place}.custom_hooks.tar`]: "hooks" };
  });
  const pointers = { [`${path}/LATEST`]: id, [`${path}/${id}/LATEST`]: numberOf(steps.length - 1) };
  return Object.assign(pointers, ...files);
}

/** Each step below an id of its own. */
export function manifestOf(
  name: string,
  steps: readonly Step[],
  ids = ["20260101", "20260102", "20260103"],
  head = "",
) {
  const places = steps.map((_, index) => `default/${name}/${ids[index]}/${numberOf(index)}`);
  const toml = places.map((place) => `[[steps]]\nbundle_path = '${place}.bundle'\nref_path = '${place}.refs'\n`);
  const files: Files[] = steps.map((step, index) => filesAt(places[index] ?? "", step));
  const first = head === "" ? "" : `head_reference = ${JSON.stringify(head)}\n\n`;
  const manifest: Files = { [`manifests/default/${name}/+latest.toml`]: first + toml.join("\n") };
  return Object.assign(manifest, ...files) as Files;
}

/** The same with a step between the first and the second that was begun and not committed. */
export function withBegun(name: string, steps: readonly Step[], ids: readonly [string, string, string, string]): Files {
  const [first, ...more] = steps;
  const [id, idle, ...others] = ids;
  const place = `default/${name}/${idle}/002`;
  return first === undefined
    ? {}
    : { ...manifestOf(name, [first, ...more], [id, ...others]), ...filesAt(place, begun(first)) };
}

export const reversed = (files: Files): Files => Object.fromEntries(Object.entries(files).toReversed());

/** The same with a bit of its end turned. */
export function turned({ bundle, refs }: Step): Step {
  const other = Buffer.from(bundle);
  other.writeUInt8(other.readUInt8(other.length - 30) ^ 1, other.length - 30);
  return { bundle: other, refs };
}

export const cutShort = ({ bundle, refs }: Step): Step => ({ bundle: bundle.subarray(0, -25), refs });

/** The second step of another repository. */
export function foreignStep(): Step {
  const elsewhere = join(folder(), "elsewhere.git");
  git("init", "--quiet", "--bare", elsewhere);
  const tree = git("-C", elsewhere, "hash-object", "-t", "tree", "-w", "/dev/null");
  git("-C", elsewhere, "update-ref", "refs/heads/main", git("-C", elsewhere, "commit-tree", "-m", "1", tree));
  const before = stepOf(elsewhere);
  git("-C", elsewhere, "update-ref", "refs/heads/main", commitOn(elsewhere, "2"));
  return stepOf(elsewhere, before);
}
