import { counted } from "../../../kernel/count.ts";
import { asError, InputError, SystemError } from "../../../kernel/errors.ts";
import { leavesFolder, type TarEntry, tarEntries } from "../../proof/tar-reader.ts";
import type { OwnProving } from "../../store-kind.ts";
import { Passing } from "../passing.ts";
import { keptAs, type SeenFiles } from "./archive-layout.ts";
import { byRepository, kindOf } from "./archive-owners.ts";
import { lfsFile } from "./keys.ts";
import { BundleBench, fullBackup } from "./open-bundle.ts";
import { type Judged, OpenedBundles } from "./opened-bundles.ts";

/** What became of the repositories in an archive. */
export interface ProvedArchive {
  /** Whole, by Git of this machine. */
  readonly proven: number;
  readonly empty: number;
  /** Of Git LFS', in all of them. */
  readonly pointers: number;
  /** What is damaged, by name. */
  readonly why: readonly string[];
  /** What could not be judged. */
  readonly unknown: readonly Unjudged[];
  readonly notes: readonly string[];
}

interface Unjudged {
  readonly why: string;
  readonly toDo: string;
}

const folder = "repositories/";
/** No pointer is longer, nor a manifest of a whole backup; of one in many steps the beginning tells as much. */
const longestText = 64_000;
const unknownPlace = "See what made the archive: only a whole restore of GitLab tells.";

interface Lent extends Pick<OwnProving, "ports" | "scratch" | "progress" | "signal" | "pointed"> {
  /** Takes the archive's LFS objects, a tar that may be packed, as they pass. */
  readonly objects?: (content: AsyncIterable<Uint8Array>) => Promise<void>;
}

/**
 * Opens every bundle of an archive with Git while the archive passes: read once, the bundles of one repository at a time on the disk, as
 * they stand together (tar writes a folder as it walks), of the rest no more than a piece and what small files say.
 */
export class ArchivedRepositories {
  readonly #proving: Lent;
  readonly #bench: BundleBench;
  readonly #passing = new Passing();
  #reading: Promise<void> = Promise.resolve();
  /** Read to the end that the tar says. */
  #isRead = false;
  readonly #texts = new Map<string, string>();
  readonly #bundles: OpenedBundles;
  readonly #lists = new Map<string, number>();
  readonly #others: string[] = [];
  /** Whose hooks were seen: each step of a backup has them whole. */
  readonly #hooks = new Set<string>();

  constructor(proving: Lent) {
    this.#proving = proving;
    this.#bench = new BundleBench(proving);
    this.#bundles = new OpenedBundles(this.#bench, proving.pointed);
  }

  /** Passes the archive on as it comes. `close` is to be called whether it was read to its end or not. */
  pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#reading = this.#read(source);
    return this.#passing.pieces();
  }

  async close(): Promise<void> {
    this.#passing.stop();
    await this.#reading;
    await this.#bench.close();
  }

  async #read(source: AsyncIterable<Uint8Array>): Promise<void> {
    const input = source[Symbol.asyncIterator]();
    const passed: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const step = await input.next();
          if (step.done !== true && !(await this.#passing.put(step.value)))
            throw new SystemError("it is not read on", "stop");
          return step;
        },
      }),
    };
    try {
      await this.#seeAll(passed);
      for await (const _ of passed);
      this.#passing.end();
    } catch (thrown) {
      this.#passing.end(asError(thrown));
    } finally {
      await input.return?.().catch(() => undefined); // who takes it heard already why it ended
    }
  }

  /** Whoever takes what is passed reads the same tar, and says himself where it is damaged. */
  async #seeAll(passed: AsyncIterable<Uint8Array>): Promise<void> {
    const failure: Failure = {};
    try {
      for await (const entry of tarEntries(watched(passed, failure))) await this.#see(entry);
      await this.#bundles.settle();
      this.#isRead = true;
    } catch (thrown) {
      if (failure.thrown !== undefined) throw failure.thrown;
      if (!(thrown instanceof InputError)) throw thrown;
    }
  }

  async #see(entry: TarEntry): Promise<void> {
    const name = entry.name.replace(/^(?:\.\/)+/, "");
    if (entry.kind === "file" && name === lfsFile) await this.#proving.objects?.(entry.content);
    if (entry.kind === "folder" || !name.startsWith(folder)) return;
    const file = name.slice(folder.length);
    if (entry.kind !== "file" || leavesFolder(name)) this.#others.push(file);
    else await this.#note(file, entry);
  }

  async #note(file: string, { size, content }: TarEntry): Promise<void> {
    switch (kindOf(file)) {
      case "bundle":
        await this.#bundles.look(file, size, content);
        return this.#tellOfBundles();
      case "list":
        this.#lists.set(file, size);
        await this.#bundles.note(file, size, content);
        return;
      case "text":
        this.#texts.set(file, await beginningOf(content));
        return;
      case "hooks":
        this.#hooks.add(file.replace(/\/(?:[^/]+\/\d{3}\.)?custom_hooks\.tar$/, ""));
        return;
      case "other":
        this.#others.push(file);
        return;
      case "earlier":
    }
  }

  #tellOfBundles(): void {
    const { size } = this.#bundles.files;
    if (size % 50 === 0) this.#proving.progress(`${counted(size, "bundle")} of the archive are opened`);
  }

  /** To be called once it is closed. */
  concluded(): ProvedArchive {
    if (!this.#isRead) return this.#brokenOff();
    const all = byRepository({ texts: this.#texts, bundles: this.#bundles.files, lists: this.#lists });
    const judged = [...all].map(([name, seen]) => ({ name, ...this.#judge(name, seen) }));
    const count = (kind: Judged["kind"]): number => judged.filter((one) => one.kind === kind).length;
    const used = new Set(judged.flatMap((one) => ("bundles" in one ? one.bundles : [])));
    const idle = [...this.#bundles.files].filter((file) => !used.has(file));
    return {
      proven: count("whole"),
      empty: count("empty"),
      pointers: this.#bundles.pointers,
      why: judged.flatMap((one) => (one.kind === "damaged" ? [one.why] : [])),
      unknown: [
        ...judged.flatMap((one) => (one.kind === "unknown" ? [one] : [])),
        ...this.#others.map((file) => ({
          why: `what ${folder}${file} is nobody can tell: it was not opened`,
          toDo: unknownPlace,
        })),
      ],
      notes: [
        ...(count("whole") + count("empty") === 0
          ? []
          : [`Git opened ${counted(count("whole"), "repository")} of the archive whole; ${count("empty")} were empty`]),
        ...(this.#hooks.size === 0
          ? []
          : [`custom hooks of ${counted(this.#hooks.size, "repository")} were not looked into`]),
        ...(idle.length === 0
          ? []
          : [`not judged, as nothing names them: ${counted(idle.length, "bundle")} of the archive`]),
      ],
    };
  }

  #judge(name: string, seen: SeenFiles): Judged {
    const kept = keptAs(name, seen);
    switch (kept.kind) {
      case "empty":
        return { kind: "empty" };
      case "damaged":
        return { kind: "damaged", why: kept.why };
      case "unclear":
        return (
          this.#damagedOf(name, seen) ?? {
            kind: "unknown",
            why: kept.why,
            toDo: seen.bundles.size > 1 ? fullBackup : unknownPlace,
          }
        );
      case "chosen":
        return this.#bundles.judgeSteps(name, kept.chosen.bundles);
    }
  }

  /** One of several that it needs. */
  #damagedOf(name: string, { bundles }: SeenFiles): Judged | undefined {
    const all = [...bundles].map((bundle) => this.#bundles.judge(name, bundle));
    return all.find(({ kind }) => kind === "damaged");
  }

  /** Which bundle is whose can be told at the end alone. */
  #brokenOff(): ProvedArchive {
    return {
      proven: 0,
      empty: 0,
      pointers: this.#bundles.pointers,
      why: this.#bundles.damaged(),
      unknown: [{ why: "its tar was not read to its end", toDo: unknownPlace }],
      notes: [`the archive was not read to its end: ${counted(this.#bundles.files.size, "bundle")} of it were opened`],
    };
  }
}

interface Failure {
  thrown?: Error;
}

/** Keeps what the source throws apart from what is wrong with the tar. */
function watched(source: AsyncIterable<Uint8Array>, failure: Failure): AsyncIterable<Uint8Array> {
  const input = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        input.next().catch((thrown: unknown) => {
          failure.thrown = asError(thrown);
          throw thrown;
        }),
    }),
  };
}

async function beginningOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    if (bytes < longestText) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).toString("utf8", 0, longestText);
}
