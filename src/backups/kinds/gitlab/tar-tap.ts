import { InputError } from "../../../kernel/errors.ts";
import {
  type GitlabInformation,
  informationFile,
  longestInformation,
  readInformation,
} from "../../proof/gitlab-information.ts";
import { type TarEntry, tarEntries } from "../../proof/tar-reader.ts";
import { type DumpSeen, DumpTap } from "./dump-tap.ts";

/** A dump's path in the tar, with the database's name before it where it is not `main` (lib/backup/targets/database.rb @0441cbd4). */
export const dumpFile = /^(?:\.\/)?db\/(?:(\w+)_)?database\.sql\.gz$/;

/** What a tar was seen to hold while it passed. */
export class TarSeen {
  readonly contents = new Map<string, { files: number; bytes: number }>();
  information: GitlabInformation | undefined;
  /** By the names of their databases. */
  readonly dumps = new Map<string, DumpSeen>();
  bundles = 0;
  bytes = 0;
}

/**
 * Passes a toolbox's tar on as it comes, and reads it at the same time; a tar that is cut short or damaged throws before the end is
 * passed on. Holds no more than a piece of it.
 */
export async function* tapTar(source: AsyncIterable<Uint8Array>, seen: TarSeen): AsyncGenerator<Uint8Array> {
  const passing: Uint8Array[] = [];
  const input = source[Symbol.asyncIterator]();
  const tapped: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const step = await input.next();
        if (step.done !== true) {
          passing.push(step.value);
          seen.bytes += step.value.length;
        }
        return step;
      },
    }),
  };
  try {
    for await (const entry of tarEntries(tapped)) {
      for await (const _ of readEntry(entry, seen)) yield* passing.splice(0);
      yield* passing.splice(0);
    }
    for await (const _ of tapped) yield* passing.splice(0);
    if (seen.information === undefined)
      throw new InputError("it holds no backup_information.yml: it is no backup of GitLab's");
    yield* passing.splice(0);
  } finally {
    await input.return?.();
  }
}

/** Reads an entry to its end, a piece at a time. */
async function* readEntry(entry: TarEntry, seen: TarSeen): AsyncGenerator<void> {
  const { name, size, kind, content } = entry;
  if (kind === "file") note(seen, name.replace(/^\.\//, ""), size);
  const found = dumpFile.exec(name);
  yield* found === null ? readOther(entry, seen) : readDump(found[1] ?? "main", content, seen);
}

async function* readDump(database: string, content: TarEntry["content"], seen: TarSeen): AsyncGenerator<void> {
  const dump = new DumpTap();
  try {
    for await (const chunk of content) {
      await dump.write(chunk);
      yield;
    }
    seen.dumps.set(database, await dump.end());
  } finally {
    dump.stop();
  }
}

async function* readOther({ name, size, content }: TarEntry, seen: TarSeen): AsyncGenerator<void> {
  const isInformation = informationFile.test(name) && size <= longestInformation;
  const text: Uint8Array[] = [];
  for await (const chunk of content) {
    if (isInformation) text.push(chunk);
    yield;
  }
  if (isInformation) seen.information = readInformation(Buffer.concat(text).toString("utf8"));
}

function note(seen: TarSeen, name: string, size: number): void {
  const { contents } = seen;
  if (name.startsWith("repositories/") && name.endsWith(".bundle")) seen.bundles += 1;
  const top = name.split("/", 1)[0] ?? name;
  const part = contents.get(top) ?? { files: 0, bytes: 0 };
  contents.set(top, { files: part.files + 1, bytes: part.bytes + size });
}
