import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, messageOf } from "../../kernel/errors.ts";
import { bodyOf, kindOf } from "../kinds/index.ts";
import { followNot } from "../progress/follow.ts";
import { following, type Turn } from "../progress/turns.ts";
import { type OwnProofOptions, provingFor } from "../prove-own.ts";
import type { CataloguedBackup } from "../repository/catalogue.ts";
import { manifestOf } from "../repository/read-manifest.ts";
import type { PointCheck } from "./point-check.ts";
import type { References } from "./references.ts";
import type { Source } from "./sources.ts";

/**
 * Whether what the rows of the restored databases name is in the backups of one point: when each of them had its turn to be
 * restored.
 */
export async function checksOf(
  backups: readonly CataloguedBackup[],
  references: References,
  turns: readonly Turn[],
  options: Omit<OwnProofOptions, "backup">,
  ports: BackupPorts,
): Promise<readonly PointCheck[]> {
  const followed = following(options.follow ?? followNot, { turns, before: turns.length })({});
  try {
    followed.phase("looking whether what rows name is there");
    await seeKeys(backups, references, options, ports);
    return references.checks();
  } finally {
    followed.end();
  }
}

interface Lister extends Source {
  readonly keys: () => AsyncIterable<string>;
}

/**
 * Sees what the backups of a point list, of the stores in which rows name something. A list, or a manifest, that cannot be read tells
 * nothing: the proof of that backup says so.
 */
async function seeKeys(
  backups: readonly CataloguedBackup[],
  references: References,
  options: Omit<OwnProofOptions, "backup">,
  ports: BackupPorts,
): Promise<void> {
  const { progress } = options;
  const listers: Lister[] = [];
  const parts = new Map<string, Source["part"]>();
  for (const backup of backups) {
    const looked = () => lookInto(backup, parts, options, ports);
    listers.push(...((await unlessUnreadable(backup.id, progress, looked)) ?? []));
  }
  const sources = listers.map((one) => ({ ...one, part: parts.get(one.store) }));
  const wanted = new Set(references.look(sources));
  for (const source of sources)
    if (wanted.has(source))
      await unlessUnreadable(source.store, progress, () => references.read(source, source.keys()));
}

/** `parts`: what a manifest says of which part of its component lies where. */
async function lookInto(
  backup: CataloguedBackup,
  parts: Map<string, Source["part"]>,
  options: Omit<OwnProofOptions, "backup">,
  ports: BackupPorts,
): Promise<readonly Lister[]> {
  const kind = kindOf(backup.kind);
  const { store } = backup;
  if (kind.lists === undefined && kind.leaves === undefined) return [];
  const { manifest } = await manifestOf(backup, options.repository, options.signal);
  const body = bodyOf(manifest);
  const of = manifest.identity.component;
  for (const left of kind.leaves?.(body) ?? []) parts.set(left.store, { of, id: left.part });
  const { lists } = kind;
  const listed = lists?.where(body);
  if (lists === undefined || listed === undefined) return [];
  if (listed.kind === "part") parts.set(store, { of, id: listed.part });
  const proving = provingFor({ ...options, backup }, ports);
  return [{ store, listed, keys: () => lists.keys({ ...manifest, body }, proving) }];
}

async function unlessUnreadable<T>(
  what: string,
  progress: (text: string) => void,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    progress(`what ${what} holds cannot be read: ${messageOf(thrown)}`);
    return undefined;
  }
}
