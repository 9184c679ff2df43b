import { join } from "node:path";
import type { Scratch } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { OwnProving } from "../../store-kind.ts";
import { splitHead } from "./bundle-head.ts";
import { followObjects } from "./follow-objects.ts";
import { gitHere, installGit, type Refused, type RunningGit, runGit, type Said, startGit } from "./git-program.ts";
import { Lending } from "./lending.ts";
import { type Pointed, pointersFor } from "./lfs-pointer.ts";
import { unbundle } from "./unbundle.ts";

/*
 * Whether Git takes a bundle as it passes: `index-pack` reads every object of its pack, then all that its refs lead to is found, as
 * a fetch would. What `--strict` complains of beside (fsck's words on old commits) GitLab itself takes, and is no damage.
 */

export type Looked =
  | { readonly kind: "whole" }
  /** A head without refs and nothing behind it: what is left where nothing was new, as Git begins a bundle before it refuses to make it. */
  | { readonly kind: "void" }
  | { readonly kind: "damaged"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string; readonly toDo: string };

type Lent = Pick<OwnProving, "ports" | "signal" | "scratch">;
type Format = "sha1" | "sha256";

/** The objects of a bundle that is whole, for those that are on top of it; whoever has it removes it. */
export interface OpenedObjects {
  readonly objects: Scratch;
  readonly format: Format;
  /** Where its refs point, and those of the bundles below it. */
  readonly tips: readonly string[];
}

/** A bundle of a later step, laid on the disk until those before it are there; whoever has it removes it. */
export interface LaidAside {
  readonly folder: Scratch;
  readonly format: Format;
  readonly tips: readonly string[];
  /** Whether it needs objects that are not in it: of a new branch with a history of its own it has all. */
  readonly isOnTop: boolean;
}

/** A bundle as it passes. */
export interface Passing {
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
  /** A later step of an incremental backup, which stands on those before whether it needs them or not. */
  readonly isLater: boolean;
}

/** What was seen, and what is left of it for others. */
export interface Opened {
  readonly looked: Looked;
  readonly opened?: OpenedObjects;
  readonly aside?: LaidAside;
}

/** Each bundle in a folder of its own; nothing of one can stand for what another lacks that does not say so. */
export class BundleBench {
  readonly #lent: Lent;
  #scratch: Scratch | undefined;
  #version: { readonly is: string | undefined } | undefined;
  readonly #empty = new Map<Format, Said>();

  constructor(lent: Lent) {
    this.#lent = lent;
  }

  /** Reads as much of it as Git takes, and not on when it returns. Throws what its source throws, but for a tar that ends. */
  async look(passing: Passing, pointed: Pointed): Promise<Opened> {
    this.#version ??= { is: await gitHere(this.#lent) };
    if (this.#version.is === undefined) return { looked: unknown("git is not on this machine", installGit) };
    const source = new Lending(passing.content);
    try {
      return await this.#open(passing, source, pointed);
    } catch (thrown) {
      await source.close();
      if (this.#lent.signal.aborted || source.failure instanceof SystemError) throw thrown;
      if (thrown instanceof InputError) return { looked: { kind: "damaged", why: thrown.message } };
      if (thrown instanceof SystemError) return { looked: unknown(thrown.message, again) };
      throw thrown;
    }
  }

  /**
   * Opens one that was laid aside on top of those below it, whose objects it joins; alone where there are none. `refs`: the ids that
   * its refs point at then.
   */
  async lookOnTop(
    { folder, format, tips }: LaidAside,
    on: OpenedObjects | undefined,
    refs: readonly string[],
    pointed: Pointed,
  ): Promise<Opened> {
    const below = on ?? { objects: folder, format, tips: [] };
    if (format !== below.format)
      return { looked: { kind: "damaged", why: "its ids are of another kind than those of the step before" } };
    const env = this.#envOf(format, below.objects);
    const input = this.#lent.ports.files.read(join(folder.folder, packFile));
    const taken = await runGit(["index-pack", "--stdin", "--fix-thin"], this.#lent, { input, env, isFleeting: true });
    if (taken.kind === "refused") return { looked: judged(taken) };
    const looked = await this.#follow([...tips, ...refs, ...below.tips.map((id) => `^${id}`)], env, pointed);
    return looked.kind === "whole" ? { looked, opened: { ...below, tips: [...below.tips, ...tips] } } : { looked };
  }

  /** Packs all that these lead to, so that nothing else is needed. */
  pack({ objects, format }: OpenedObjects, ids: readonly string[]): RunningGit {
    const args = ["pack-objects", "--quiet", "--revs", "--stdout", "--delta-base-offset"];
    return startGit(args, this.#lent, { input: linesOf(ids), env: this.#envOf(format, objects) });
  }

  async close(): Promise<void> {
    await this.#scratch?.remove();
  }

  async #open({ size, isLater }: Passing, source: Lending, pointed: Pointed): Promise<Opened> {
    const bundle = unbundle(source);
    const head = await bundle.head();
    if (isVoid(head) && size === bundle.headBytes()) return { looked: { kind: "void" } };
    const read = judgedHead(head);
    if (!("tips" in read)) return { looked: read };
    const { format, tips, isOnTop } = read;
    this.#scratch ??= (await this.#lent.ports.scratch.make(this.#lent.scratch, undefined)).scratch;
    const lack = await lackOfRoom(this.#scratch, size * (isOnTop || isLater ? 2.3 : 1.3));
    if (lack !== undefined) return { looked: unknown(`it has ${size} bytes, and ${lack}`, moreRoom) };
    const made = await this.#emptyOf(format, this.#scratch);
    if (made.kind === "refused") return { looked: this.#cannot(format, made) };
    const taking = { source, pack: bundle.pack(), bytes: size - bundle.headBytes(), pointed };
    return this.#within(await this.#scratch.inner(), (folder) =>
      isOnTop || isLater
        ? this.#layAside(taking, { folder, format, tips, isOnTop })
        : this.#take(taking, { objects: folder, format, tips }),
    );
  }

  /** The folder stays where something is left in it for others. */
  async #within(folder: Scratch, open: (folder: Scratch) => Promise<Opened>): Promise<Opened> {
    let left: Opened | undefined;
    try {
      left = await open(folder);
      return left;
    } finally {
      if (left?.opened === undefined && left?.aside === undefined) await folder.remove();
    }
  }

  async #layAside({ source, pack }: Pick<Taking, "source" | "pack">, aside: LaidAside): Promise<Opened> {
    await aside.folder.write(packFile, pack);
    await source.close();
    if (source.failure !== undefined) throw source.failure;
    return { looked: unknown("it needs objects that are not in it (an incremental backup)", fullBackup), aside };
  }

  async #take({ source, pack, bytes, pointed }: Taking, opened: OpenedObjects): Promise<Opened> {
    const env = this.#envOf(opened.format, opened.objects);
    const taken = await runGit(["index-pack", "--stdin"], this.#lent, { input: pack, env, isFleeting: true });
    await source.close();
    if (source.failure !== undefined) throw source.failure;
    if (taken.kind === "refused") return { looked: judged(taken) };
    const [kept] = (await this.#lent.ports.files.list(join(env.GIT_OBJECT_DIRECTORY, "pack"))).filter(({ path }) =>
      path.endsWith(".pack"),
    );
    if (kept?.size !== bytes) return { looked: { kind: "damaged", why: "something stands behind its pack" } };
    const looked = await this.#follow(opened.tips, env, pointed);
    return looked.kind === "whole" ? { looked, opened } : { looked };
  }

  async #follow(ids: readonly string[], env: Env, pointed: Pointed): Promise<Looked> {
    const refused = await followObjects(
      { from: "--stdin", input: linesOf(ids), env, version: this.#version?.is ?? "", ...pointersFor(pointed) },
      this.#lent,
    );
    return refused === undefined ? { kind: "whole" } : judged(refused);
  }

  #envOf(format: Format, objects: Scratch): Env {
    return { GIT_DIR: join(this.#scratch?.folder ?? "", format), GIT_OBJECT_DIRECTORY: objects.folder };
  }

  async #emptyOf(format: Format, scratch: Scratch): Promise<Said> {
    const made = this.#empty.get(format);
    if (made !== undefined) return made;
    const of = format === "sha1" ? [] : ["--object-format=sha256"];
    const args = ["init", "--quiet", "--bare", "--template=", ...of, join(scratch.folder, format)];
    const said = await runGit(args, this.#lent);
    this.#empty.set(format, said);
    return said;
  }

  #cannot(format: Format, { why }: Refused): Looked {
    if (format === "sha1") return unknown(`git makes no repository here: ${why}`, again);
    return unknown(
      `its ids are SHA-256, which git ${this.#version?.is ?? ""} of this machine does not know`,
      "Install git 2.29 or later here and do it again.",
    );
  }
}

function linesOf(ids: readonly string[]): Uint8Array {
  return Buffer.from(ids.map((id) => `${id}\n`).join(""));
}

interface Taking {
  readonly source: Lending;
  readonly pack: AsyncIterable<Uint8Array>;
  /** Of the pack, to the bundle's end. */
  readonly bytes: number;
  readonly pointed: Pointed;
}

const packFile = "laid.pack";

interface Env extends Readonly<Record<string, string>> {
  readonly GIT_DIR: string;
  readonly GIT_OBJECT_DIRECTORY: string;
}

const again = "Mend that and do it again.";
const moreRoom = "Name a folder with more room by --scratch and do it again.";

/** Some is left over, as others write there too. */
async function lackOfRoom(scratch: Scratch, wanted: number): Promise<string | undefined> {
  const free = await scratch.freeBytes();
  const left = Math.min(1_000_000_000, Math.max(8_000_000, free * 0.02));
  return free - wanted < left ? `${scratch.folder} has no room for them` : undefined;
}

function unknown(why: string, toDo: string): Looked {
  return { kind: "unknown", why, toDo };
}

function judged({ why, byMachine }: Refused): Looked {
  return byMachine ? unknown(why, again) : { kind: "damaged", why };
}

type ReadHead = Omit<LaidAside, "folder">;

function isVoid(head: string): boolean {
  const { signature, tips } = splitHead(head);
  return /^# v[23] git bundle$/.test(signature) && tips.length === 0;
}

/** The ids to which everything in it belongs, where it can be opened. */
function judgedHead(head: string): Looked | ReadHead {
  const { signature, capabilities, isOnTop, tips } = splitHead(head);
  if (!/^# v\d+ git bundle$/.test(signature)) return { kind: "damaged", why: "it is no bundle of Git's" };
  const strange = capabilities.find((one) => !/^@object-format=sha(?:1|256)$/.test(one));
  if (!/^# v[23] /.test(signature) || strange !== undefined)
    return unknown(`it is a bundle of a kind that is not known here (${strange ?? signature})`, fullBackup);
  const ids = tips.flatMap((line) => /^([0-9a-f]{40}|[0-9a-f]{64}) ./.exec(line)?.[1] ?? []);
  if (ids.length === 0 || ids.length < tips.length) return { kind: "damaged", why: "its list of refs is damaged" };
  return { format: capabilities.includes("@object-format=sha256") ? "sha256" : "sha1", tips: ids, isOnTop };
}

export const fullBackup = "Have the toolbox make a full backup, and take that.";
