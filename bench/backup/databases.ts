import { rmSync } from "node:fs";
import { join } from "node:path";
import { appended, change, fill, scattered } from "./database.ts";
import { bash, median } from "./measure.ts";
import { bytesOf, type Server, type Stage } from "./stage.ts";

export interface DatabaseFigures {
  readonly gigabytes: number;
  /** Bytes of the dump. */
  readonly bytes: number;
  readonly dump: Side;
  readonly restore: Side;
  readonly memory: { readonly backup: number; readonly proof: number };
  readonly grown: { readonly shell: Grown; readonly ours: Grown };
}

/** What a repository grew by: the first backup, one after a hundredth was appended, one after a hundredth changed all over. */
export interface Grown {
  readonly first: number;
  readonly appended: number;
  readonly scattered: number;
}

/** Seconds of each turn. */
export interface Side {
  readonly shell: number[];
  readonly ours: number[];
  readonly withChecksums: number[];
}

const store = { component: "bench", store: "database", kind: "postgresql", url: { kind: "env", name: "URL" } };

/** Dumps and restores a generated database in turns, as the shell does and as we do. */
export async function databaseFigures(
  stage: Stage,
  { gigabytes, turns, proofs }: { readonly gigabytes: number; readonly turns: number; readonly proofs: number },
  say: (line: string) => void,
): Promise<DatabaseFigures> {
  const source = await stage.server("source", "durable");
  try {
    await fill(source.url, gigabytes);
    const { out } = await bash(`pg_dump -Fc -Z0 ${source.url} | wc -c`);
    const bytes = Number(out);
    say(`${gigabytes} GB: a dump has ${(bytes / 1e6).toFixed(0)} MB`);
    const bench = new DatabaseBench(stage, source, say);
    for (let turn = 0; turn < turns; turn += 1) await bench.dumpAll(turn);
    for (let turn = 0; turn < proofs; turn += 1) await bench.restoreAll(turn);
    return { gigabytes, bytes, ...(await bench.figures()) };
  } finally {
    await source.stop();
  }
}

class DatabaseBench {
  readonly #stage: Stage;
  readonly #source: Server;
  readonly #say: (line: string) => void;
  readonly #dump: Side = { shell: [], ours: [], withChecksums: [] };
  readonly #restore: Side = { shell: [], ours: [], withChecksums: [] };
  readonly #memory = { backup: 0, proof: 0 };

  constructor(stage: Stage, source: Server, say: (line: string) => void) {
    this.#stage = stage;
    this.#source = source;
    this.#say = say;
  }

  async dumpAll(turn: number): Promise<void> {
    const [first, second] = turn % 2 === 0 ? [true, false] : [false, true];
    if (first) await this.#shellDump();
    await this.#ourDump(true);
    await this.#ourDump(false);
    if (second) await this.#shellDump();
    this.#say(`  dumped: ${lasts(this.#dump)}`);
  }

  async restoreAll(turn: number): Promise<void> {
    const [first, second] = turn % 2 === 0 ? [true, false] : [false, true];
    if (first) await this.#shellRestore();
    await this.#ourProof(true);
    await this.#ourProof(false);
    if (second) await this.#shellRestore();
    this.#say(`  restored: ${lasts(this.#restore)}`);
  }

  async figures(): Promise<Pick<DatabaseFigures, "dump" | "restore" | "memory" | "grown">> {
    const [theirs, own] = [this.#stage.repository("growing-shell"), await this.#stage.ownRepository("growing")];
    const grow = async (): Promise<{ readonly shell: number; readonly ours: number }> => {
      const before = [bytesOf(theirs), bytesOf(own)] as const;
      await this.#shellBack(theirs);
      await this.#back(own, false);
      return { shell: bytesOf(theirs) - before[0], ours: bytesOf(own) - before[1] };
    };
    const first = await grow();
    await change(this.#source.url, appended);
    const afterAppend = await grow();
    await change(this.#source.url, scattered);
    const afterScatter = await grow();
    const of = (side: "shell" | "ours"): Grown => ({
      first: first[side],
      appended: afterAppend[side],
      scattered: afterScatter[side],
    });
    const grown = { shell: of("shell"), ours: of("ours") };
    return { dump: this.#dump, restore: this.#restore, memory: this.#memory, grown };
  }

  async #shellDump(): Promise<void> {
    this.#dump.shell.push(await this.#shellBack(this.#stage.repository("shell")));
  }

  async #shellBack(repository: string): Promise<number> {
    const { seconds } = await bash(
      `pg_dump -Fc -Z0 ${this.#source.url} | restic --no-cache backup --quiet --stdin --stdin-filename dump`,
      this.#env(repository),
    );
    return seconds;
  }

  async #ourDump(plain: boolean): Promise<void> {
    const repository = await this.#stage.ownRepository(plain ? "plain" : "ours");
    const { seconds, memory } = await this.#back(repository, plain);
    (plain ? this.#dump.ours : this.#dump.withChecksums).push(seconds);
    this.#memory.backup = Math.max(this.#memory.backup, memory);
  }

  #back(repository: string, plain: boolean): Promise<{ readonly seconds: number; readonly memory: number }> {
    return this.#stage.run("backup", store, repository, { plain, secrets: { URL: this.#source.url } });
  }

  /** pg_restore needs a file to work with two jobs; then every table is counted. */
  async #shellRestore(): Promise<void> {
    const server = await this.#stage.server("target", "throw-away");
    const file = join(this.#stage.root, "dump");
    const url = server.url.replace(/postgres$/, "restored");
    try {
      const { seconds } = await bash(
        `restic --no-cache dump latest dump > ${file}
        createdb --maintenance-db=${server.url} restored
        pg_restore -j2 --no-owner -d ${url} ${file}
        psql -qAt ${url} -c "select format('select %L, count(*) from %I.%I;', relname, nspname, relname)
          from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname = 'public'" | psql -qAt ${url}`,
        this.#env(join(this.#stage.root, "shell")),
      );
      this.#restore.shell.push(seconds);
    } finally {
      await server.stop();
      rmSync(file, { force: true });
    }
  }

  async #ourProof(plain: boolean): Promise<void> {
    const repository = join(this.#stage.root, plain ? "plain" : "ours");
    const { seconds, memory } = await this.#stage.run("prove", store, repository, { plain });
    (plain ? this.#restore.ours : this.#restore.withChecksums).push(seconds);
    this.#memory.proof = Math.max(this.#memory.proof, memory);
  }

  #env(repository: string): Readonly<Record<string, string>> {
    return { RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: this.#stage.password };
  }
}

function lasts(side: Side): string {
  return (["shell", "ours", "withChecksums"] as const)
    .map((name) => `${name} ${side[name].at(-1)?.toFixed(1)} s`)
    .join(", ");
}

/** Ours as a part of the shell's throughput, by medians. */
export function throughput({ shell, ours }: Side): number {
  return median(shell) / median(ours);
}
