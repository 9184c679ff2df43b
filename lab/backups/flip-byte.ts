import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/kernel/errors.ts";

interface Flipped {
  readonly file: string;
  readonly offset: number;
  readonly was: number;
}

/** What was flipped is written down beside the repository: it can be turned back after a restart. */
const noteOf = (repository: string): string => `${repository}.flipped.json`;

/** Turns one bit of one file in which restic keeps data. Throws `InputError` where nothing is backed up yet. */
export function flipByte(repository: string, random: () => number): void {
  const packs = packsOf(repository);
  const file = packs[Math.floor(random() * packs.length)];
  if (file === undefined)
    throw new InputError(
      "Nothing is backed up yet: millwright backup run --config .lab/server.yaml --environment production",
    );
  turnBack(repository);
  const offset = Math.floor(random() * statSync(file).size);
  const was = byteAt(file, offset);
  writeFileSync(noteOf(repository), JSON.stringify({ file, offset, was } satisfies Flipped), { mode: 0o600 });
  setByte(file, offset, was ^ (1 << Math.floor(random() * 8)));
}

/** Whether it is whole again, or the file is gone. */
export function isTurnedBack(repository: string): boolean {
  const flipped = flippedIn(repository);
  return flipped === undefined || !existsSync(flipped.file) || byteAt(flipped.file, flipped.offset) === flipped.was;
}

export function turnBack(repository: string): void {
  const flipped = flippedIn(repository);
  if (flipped !== undefined && existsSync(flipped.file)) setByte(flipped.file, flipped.offset, flipped.was);
  rmSync(noteOf(repository), { force: true });
}

function flippedIn(repository: string): Flipped | undefined {
  const note = noteOf(repository);
  return existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as Flipped) : undefined;
}

function packsOf(repository: string): readonly string[] {
  const data = join(repository, "data");
  if (!existsSync(data)) return [];
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []))
    .toSorted();
}

function byteAt(file: string, offset: number): number {
  const handle = openSync(file, "r");
  try {
    const byte = Buffer.alloc(1);
    readSync(handle, byte, 0, 1, offset);
    return byte.readUInt8(0);
  } finally {
    closeSync(handle);
  }
}

/** restic's files may be written by nobody. */
function setByte(file: string, offset: number, byte: number): void {
  const { mode } = statSync(file);
  chmodSync(file, 0o600);
  const handle = openSync(file, "r+");
  try {
    writeSync(handle, Buffer.from([byte]), 0, 1, offset);
  } finally {
    closeSync(handle);
    chmodSync(file, mode);
  }
}
