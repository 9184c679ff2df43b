import { createHash } from "node:crypto";
import { InputError } from "../../../kernel/errors.ts";
import { wholeTar } from "../../proof/tar-reader.ts";
import type { Part } from "../../repository/manifest.ts";
import type { ObjectEntry } from "./body.ts";

/** An object as a pack gives it; its content throws at its end when it is not the one that was copied. */
export interface Unpacked {
  readonly entry: ObjectEntry;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Entries that are held at once; a list of more is read again for each lot of packs. */
export const heldEntries = 50_000;

/** Packs in lots of so many entries, or of one pack that has more; by the number of each, how many entries of it are wanted. */
export function* batchesOf(objects: ReadonlyMap<number, number>): Generator<readonly number[]> {
  let batch: number[] = [];
  let held = 0;
  for (const [pack, count] of objects) {
    if (batch.length > 0 && held + count > heldEntries) {
      yield batch;
      batch = [];
      held = 0;
    }
    batch.push(pack);
    held += count;
  }
  if (batch.length > 0) yield batch;
}

/**
 * The objects of a pack that are wanted, the pack read once and to its end. Throws `InputError` for one that is not in it, or is not
 * what the list says.
 */
export async function* unpack(
  pack: Part,
  entries: readonly ObjectEntry[],
  readPart: (part: Part) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Unpacked> {
  const left = new Map(entries.map((entry) => [entry.place, entry]));
  for await (const { name, size, content } of wholeTar(readPart(pack))) {
    const place = Number(name.split("/", 1)[0]);
    const entry = left.get(place);
    if (entry === undefined) continue;
    left.delete(place);
    if (size !== entry.size) throw new InputError(`${JSON.stringify(entry.key)} has ${size} bytes, not ${entry.size}`);
    yield { entry, content: checked(entry, content) };
  }
  const [missing] = left.values();
  if (missing !== undefined)
    throw new InputError(`${left.size} objects are not in ${pack.file}, the first is ${JSON.stringify(missing.key)}`);
}

async function* checked({ key, sha256 }: ObjectEntry, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const digest = createHash("sha256");
  for await (const chunk of content) {
    digest.update(chunk);
    yield chunk;
  }
  if (digest.digest("hex") !== sha256)
    throw new InputError(`the bytes of ${JSON.stringify(key)} are not those that were copied`);
}
