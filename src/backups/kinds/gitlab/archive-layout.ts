import { InputError } from "../../../kernel/errors.ts";
import { isRefName } from "./ref-name.ts";

/*
 * Where an archive keeps a repository, below `repositories/` (gitaly internal/backup/locator.go and doc/gitaly-backup.md @7977654d,
 * held against gitaly-backup v16.11.8 by `npm run contract -- gitaly`;
 * the chart's toolbox has gitaly-backup write there). PATH is its path below the storage without `.git`, ID the backup's:
 *   legacy    PATH.bundle
 *   pointer   PATH/LATEST names ID, PATH/ID/LATEST the last NNN, of PATH/ID/NNN.bundle and NNN.refs
 *   manifest  manifests/STORAGE/PATH.git/+latest.toml names them; written beside pointers at first, later alone, with bundles at
 *             STORAGE/PATH.git/ID/NNN.bundle (gitlab-org/gitlab!144677)
 * A full backup is one bundle (`git bundle create --all`: with what a fork borrows from its pool); later ones hold what is new since,
 * and need those before. Of a repository without refs there are only its empty `.refs`. Pools are in no archive.
 */

/** What an archive holds of one repository, by the files' names below `repositories/`. */
export interface SeenFiles {
  /** Short files: pointers and manifests. */
  readonly texts: ReadonlyMap<string, string>;
  readonly bundles: ReadonlySet<string>;
  /** Lists of refs, and how long they are. */
  readonly lists: ReadonlyMap<string, number>;
  /** One of those that are none of these. */
  readonly other: string | undefined;
}

/** What a file is of the repository `name` (`@hashed/ab/cd/….git`); undefined: it is of another one. */
export function roleOf(file: string, name: string): Role | undefined {
  if (file.startsWith("manifests/"))
    return file === `manifests/${storageOfManifest(file)}/${name}/+latest.toml` ? "text" : undefined;
  const path = pathOf(name);
  const inStorage = file.slice(file.indexOf("/") + 1).startsWith(`${name}/`);
  if (!inStorage && !file.startsWith(`${path}/`) && !beside.some((end) => file === `${path}${end}`)) return undefined;
  return roleByName(file);
}

/** What a file is by its name, but for manifests. */
export function roleByName(file: string): Role {
  const [, role] = ends.find(([end]) => file.endsWith(end)) ?? [];
  return role ?? "other";
}

type Role = "text" | "bundle" | "list" | "hooks" | "other";

const beside = [".bundle", ".refs"] as const;

const ends = [
  ["/LATEST", "text"],
  [".bundle", "bundle"],
  [".refs", "list"],
  ["custom_hooks.tar", "hooks"],
] as const satisfies readonly (readonly [string, Role])[];

/** The storage of which a manifest is, `default` for one. */
export function storageOfManifest(file: string): string | undefined {
  return /^manifests\/([^/]+)\/[^/].*\.toml$/.exec(file)?.[1];
}

/** The files of which a repository is made. */
export interface Chosen {
  /** One that is whole; or several steps (an incremental backup), the first whole, each on top of the one before. */
  readonly bundles: readonly [string, ...string[]];
  /** All its refs at the last step, of which a later bundle has only those that lead to something new; there wherever there are several. */
  readonly list?: string;
  /** The ref that HEAD named, where a manifest says it. */
  readonly head?: string;
}

/**
 * Where the custom hooks beside a bundle may lie: a tar with the folder `custom_hooks`, as `gitaly hooks set` takes it (gitaly
 * internal/backup/locator.go @7977654d; cmd/gitaly/hooks.go of 16).
 */
export function hooksBeside(bundle: string): readonly string[] {
  const path = bundle.replace(/\.bundle$/, "");
  return [`${path}.custom_hooks.tar`, `${path}/custom_hooks.tar`];
}

/** How an archive keeps a repository, as far as its files' names and pointers say. */
export type Kept =
  | { readonly kind: "chosen"; readonly chosen: Chosen }
  | { readonly kind: "empty"; readonly why: string }
  /** What it says of itself does not hold. */
  | { readonly kind: "damaged"; readonly why: string }
  /** More than once, in another way, or not at all. */
  | { readonly kind: "unclear"; readonly why: string };

/** Which files are the repository's. Throws `InputError` where it has none, is there more than once, or lies there in another way. */
export function chooseBundles(name: string, seen: SeenFiles): Chosen {
  const kept = keptAs(name, seen);
  if (kept.kind === "chosen") return kept.chosen;
  throw new InputError(kept.why);
}

export function keptAs(name: string, seen: SeenFiles): Kept {
  return byManifest(name, seen) ?? byPointer(name, seen) ?? legacy(name, seen) ?? inNoWay(name, seen);
}

function byManifest(name: string, seen: SeenFiles): Kept | undefined {
  const manifests = [...seen.texts].filter(([file]) => file.startsWith("manifests/"));
  const [only] = manifests;
  if (only === undefined) return undefined;
  if (manifests.length > 1)
    return {
      kind: "unclear",
      why: `${name} is in the archive more than once (${manifests.map(([file]) => storageOfManifest(file)).join(", ")}): which one is meant nobody can tell`,
    };
  const [head] = valuesOf(only[1], "head_reference");
  return inSteps(name, valuesOf(only[1], "bundle_path"), seen, head !== undefined && isRefName(head) ? { head } : {});
}

function byPointer(name: string, seen: SeenFiles): Kept | undefined {
  const path = pathOf(name);
  const id = seen.texts.get(`${path}/LATEST`)?.trim();
  if (id === undefined) return undefined;
  const last = Number(seen.texts.get(`${path}/${id}/LATEST`)?.trim());
  // One more than there can be is missing, however many are named.
  const most = Math.min(last, seen.bundles.size + seen.lists.size + 1);
  const numbers = Array.from({ length: most > 0 ? most : 0 }, (_, index) => String(index + 1).padStart(3, "0"));
  return inSteps(
    name,
    numbers.map((number) => `${path}/${id}/${number}.bundle`),
    seen,
  );
}

function legacy(name: string, { bundles }: SeenFiles): Kept | undefined {
  const bundle = `${pathOf(name)}.bundle`;
  return bundles.has(bundle) ? { kind: "chosen", chosen: { bundles: [bundle] } } : undefined;
}

/**
 * A step at which it had no refs has no bundle, and the list beside is empty. Where there was nothing new gitaly-backup commits no step,
 * whatever was deleted or set back (backup.go, `ErrSkipped`, @v16.11.8); what it brings back needs the list of each.
 */
function inSteps(name: string, steps: readonly string[], seen: SeenFiles, head: Pick<Chosen, "head"> = {}): Kept {
  const { bundles, lists } = seen;
  const last = steps.at(-1);
  if (last === undefined)
    return { kind: "damaged", why: `what the archive says of ${name} is damaged: it names no bundle` };
  const whole = steps.filter((step) => bundles.has(step));
  const lacking =
    steps.find((step) => !bundles.has(step) && lists.get(listOf(step)) !== 0) ??
    (whole.length > 1 ? steps.map(listOf).find((list) => !lists.has(list)) : undefined);
  if (lacking !== undefined)
    return {
      kind: "damaged",
      why: `the archive is to hold ${name} as ${lacking}, and that is not in it: it is damaged`,
    };
  const [first, ...more] = whole;
  if (first === undefined || !bundles.has(last)) return { kind: "empty", why: emptyWords(name) };
  const list = lists.has(listOf(last)) ? { list: listOf(last) } : {};
  return { kind: "chosen", chosen: { bundles: [first, ...more], ...list, ...head } };
}

function inNoWay(name: string, { bundles, lists, texts, other }: SeenFiles): Kept {
  if (bundles.size === 0 && lists.size > 0 && [...lists.values()].every((size) => size === 0))
    return { kind: "empty", why: emptyWords(name) };
  const [file] = [...bundles, ...lists.keys(), ...texts.keys(), ...(other === undefined ? [] : [other])];
  return {
    kind: "unclear",
    why:
      file === undefined
        ? `the archive has no repository ${name}: name it as group/project, or by its path below the storage`
        : `the archive keeps ${name} in a way that is not known here (repositories/${file}): it comes back with all of GitLab`,
  };
}

const emptyWords = (name: string): string => `${name} was empty: there is nothing to bring back`;

const listOf = (bundle: string): string => bundle.replace(/\.bundle$/, ".refs");

const pathOf = (name: string): string => name.replace(/\.git$/, "");

/** Of TOML no more than gitaly-backup writes: `key = 'text'`, or in double quotes with JSON's escapes (toml.io/en/v1.0.0#string). */
function valuesOf(toml: string, key: string): readonly string[] {
  const lines = toml.matchAll(/^\s*([a-z_]+)\s*=\s*(?:'([^'\n]*)'|("(?:[^"\\\n]|\\.)*"))\s*$/gm);
  return [...lines].flatMap(([, name, literal, basic]) => {
    if (name !== key) return [];
    return [literal ?? unquoted(basic ?? "")];
  });
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return "";
  }
}
