import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Oracle, Shown } from "./oracle.ts";
import type { Restic } from "./oracle-restic.ts";
import { workingWith } from "./processes.ts";
import { clearMark, pause } from "./source-database.ts";
import type { Stage } from "./stage.ts";

interface Listed {
  readonly backups: readonly Shown[];
  readonly points: readonly Shown[];
}

/** How many backups are restored at once. */
const atOnce = 3;

/** Remembers what was shown and claimed, and holds each round against it. */
export class Keeper {
  readonly #stage: Stage;
  readonly #restic: Restic;
  readonly #oracle: Oracle;
  /** Backups that were restored once, with the snapshots that they need. */
  readonly #known = new Map<string, readonly string[]>();
  /** What runs said they had made. */
  readonly #claimed = new Set<string>();
  restored = 0;
  /** When a backup was made last. */
  #madeAt = 0;
  /** Of each kind. */
  #newest = new Map<string, string>();
  /** What was shown when all was judged last. */
  shownLast: readonly string[] = [];

  constructor(stage: Stage, restic: Restic, oracle: Oracle) {
    this.#stage = stage;
    this.#restic = restic;
    this.#oracle = oracle;
  }

  /** What a run said on its lines of JSON; its backups are looked for from now on. */
  heard(out: string): readonly string[] {
    const made = out.split("\n").flatMap((line) => {
      if (!line.startsWith('{"kind":"outcome"')) return [];
      const { backup } = JSON.parse(line) as { readonly backup?: string };
      return backup === undefined ? [] : [backup];
    });
    for (const id of made) this.#claimed.add(id);
    if (made.length > 0) this.#madeAt = Date.now();
    return made;
  }

  /** The database's. */
  get newest(): string | undefined {
    return this.newestOf("postgresql");
  }

  newestOf(kind: string): string | undefined {
    return this.#newest.get(kind);
  }

  /** It was removed on purpose. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#claimed.delete(id);
      this.#known.delete(id);
    }
  }

  async list(): Promise<Listed> {
    const { status, out, err } = await this.#stage.run(["backup", "list", "-o", "json"]);
    if (status !== 0) throw new Error(`backup list ended with ${status}: ${err}`);
    return JSON.parse(out) as Listed;
  }

  /** What does not hold now, in words. */
  async judge(): Promise<readonly string[]> {
    // First: a program that outlives its killed run is still at work in the repository.
    const running = await this.#leftRunning();
    const [{ backups }, ids, damage] = await Promise.all([this.list(), this.#restic.ids(), this.#restic.damage()]);
    this.shownLast = backups.map(({ id }) => id);
    this.#newest = new Map(backups.toReversed().map(({ kind, id }) => [kind, id]));
    const lost = [...this.#claimed].filter((id) => !backups.some((one) => one.id === id));
    const wrong = lost.map((id) => `${id} was made and is not shown any more`);
    // It is said once.
    for (const id of lost) this.#claimed.delete(id);
    wrong.push(...(await this.#judgeEach(backups, ids)));
    if (damage !== "") wrong.push(`the repository is damaged: ${damage}`);
    return [...wrong, ...this.#clearData(), ...(await this.#leftInMemory()), ...running];
  }

  /** Restores everything that is shown again. */
  async judgeAnew(): Promise<readonly string[]> {
    this.#known.clear();
    return this.judge();
  }

  /** Of what was restored once, what it needs is not all there any more, its packs among them. */
  lacking(ids: ReadonlySet<string>): readonly string[] {
    return [...this.#known].flatMap(([id, needs]) => (goneOf(needs, ids).length === 0 ? [] : [id]));
  }

  /** Some at once: each is restored to a place of its own. */
  async #judgeEach(backups: readonly Shown[], ids: ReadonlySet<string>): Promise<readonly string[]> {
    const [open, wrong] = [[...backups], [] as string[]];
    const judge = async (): Promise<void> => {
      for (let one = open.shift(); one !== undefined; one = open.shift())
        wrong.push(...(await this.#judgeOne(one, ids)));
    };
    await Promise.all(Array.from({ length: atOnce }, judge));
    return wrong;
  }

  /** A snapshot's id is the digest of all it names: what was restored once and has its snapshots, in a repository without damage, is the same. */
  async #judgeOne(one: Shown, ids: ReadonlySet<string>): Promise<readonly string[]> {
    const needs = this.#known.get(one.id);
    if (needs !== undefined) {
      const gone = goneOf(needs, ids);
      return gone.length === 0
        ? falselyFailed(one)
        : [`${one.id} is shown, and ${gone.length} of its snapshots are gone`];
    }
    const verified = await this.#oracle.verify(one);
    this.restored += 1;
    if (verified.wrong.length === 0) this.#known.set(one.id, verified.needs);
    return [...verified.wrong, ...(verified.wrong.length === 0 ? falselyFailed(one) : [])];
  }

  /** After a start that ended well nothing is left of those before it. */
  #clearData(): readonly string[] {
    const { disks, root } = this.#stage;
    const left = readdirSync(disks.scratch.folder);
    const clear = [join(root, "tmp"), join(root, "home"), this.#stage.repository].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => holdsMark(file)),
    );
    return [
      ...left.map((name) => `${name} is left in the scratch folder`),
      ...clear.map((file) => `${file} holds data in clear`),
    ];
  }

  /** Others that work on this machine have a file's name there for a moment: one that stays was left. */
  async #leftInMemory(): Promise<readonly string[]> {
    const left = await staying(() =>
      readdirSync("/dev/shm").filter((name) => name.startsWith("millwright-") && !this.#mayStay(name)),
    );
    return left.map((name) => `${name} is left in /dev/shm`);
  }

  /** The name of a pipe, of one that was killed while it had one, goes with the next backup that begins a minute later. */
  #mayStay(name: string): boolean {
    const stats = lstatSync(join("/dev/shm", name), { throwIfNoEntry: false });
    return stats === undefined || (stats.isFIFO() && stats.mtimeMs > this.#madeAt - 120_000);
  }

  /** Programs end with the run that started them, within a moment. */
  async #leftRunning(): Promise<readonly string[]> {
    const { repository, disks } = this.#stage;
    const left = await staying(() => [...workingWith(repository), ...workingWith(disks.scratch.folder)]);
    return left.map(({ command }) => `it still runs: ${command.slice(0, 120)}`);
  }
}

/** What is there yet after half a minute. */
async function staying<T>(look: () => readonly T[]): Promise<readonly T[]> {
  let found = look();
  for (let waited = 0; waited < 30_000 && found.length > 0; waited += 200) {
    await pause(200);
    found = look();
  }
  return found;
}

/** A manifest may name a snapshot by its first letters. */
function goneOf(needs: readonly string[], ids: ReadonlySet<string>): readonly string[] {
  return needs.filter((id) => ![...ids].some((one) => one.startsWith(id)));
}

/** The last proof that tells says it cannot be restored, and it was restored here. */
function falselyFailed({ id, proofs }: Shown): readonly string[] {
  const told = proofs.find(({ verdict }) => verdict !== "unknown");
  return told?.verdict === "failed" ? [`${id} can be restored, and its proof says that it failed`] : [];
}

function holdsMark(file: string): boolean {
  try {
    return readFileSync(file, "latin1").includes(clearMark);
  } catch {
    return false;
  }
}
