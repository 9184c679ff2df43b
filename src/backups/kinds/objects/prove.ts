import { InputError, messageOf } from "../../../kernel/errors.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";
import { openList } from "./list.ts";
import { batchesOf, heldEntries, type Unpacked, unpack } from "./unpack.ts";

type Sealed = SealedBody<ObjectsBody>;

/** Reads every pack back and holds every object against the list: none is left out. */
export async function prove(sealed: Sealed, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const counts = { objects: 0, bytes: 0 };
  const why: string[] = [];
  try {
    const list = await readPacks(sealed, proving);
    why.push(...list.strange);
    for await (const { content } of unpackInBatches(list, sealed, proving)) {
      for await (const chunk of content) counts.bytes += chunk.length;
      counts.objects += 1;
      if (counts.objects % 10_000 === 0)
        proving.progress(`${counts.objects} of ${body.objects} objects are as they were`);
    }
    if (counts.objects !== body.objects || counts.bytes !== body.bytes)
      why.push(
        `${counts.objects} objects with ${counts.bytes} bytes came back, and ${body.objects} with ${body.bytes} were copied`,
      );
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    why.push(messageOf(thrown));
  }
  return {
    verdict: why.length === 0 ? { kind: "proven" } : { kind: "failed", why },
    counts,
    doesNotCover: leftOut(body),
    notes: notesOf(body),
  };
}

interface Packs {
  readonly packs: readonly Part[];
  /** By the number of the pack, how many objects of the list lie in it. */
  readonly objects: ReadonlyMap<number, number>;
  /** All entries, where they are few. */
  readonly held: readonly ObjectEntry[] | undefined;
  readonly strange: readonly string[];
}

async function readPacks(sealed: Sealed, { readPart }: OwnProving): Promise<Packs> {
  const { packs, entries } = await openList(readPart(sealed.body.list));
  const objects = new Map<number, number>();
  let held: ObjectEntry[] | undefined = [];
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    objects.set(entry.pack, (objects.get(entry.pack) ?? 0) + 1);
    if (count > heldEntries) held = undefined;
    held?.push(entry);
  }
  const named = new Set(sealed.packs.map(({ snapshot }) => snapshot));
  const unnamed = packs.filter(({ snapshot }) => !named.has(snapshot)).length;
  const strange = [
    ...(count === sealed.body.objects
      ? []
      : [`the list has ${count} objects, and the manifest says ${sealed.body.objects}`]),
    ...(unnamed === 0 ? [] : [`${unnamed} packs of its list are not the manifest's`]),
  ];
  return { packs, objects, held, strange };
}

async function* unpackInBatches(list: Packs, sealed: Sealed, { readPart }: OwnProving): AsyncGenerator<Unpacked> {
  for (const batch of batchesOf(list.objects)) {
    const inBatch = new Map<number, ObjectEntry[]>([...batch].map((pack) => [pack, []]));
    const entries = list.held ?? (await openList(readPart(sealed.body.list))).entries;
    for await (const entry of entries) inBatch.get(entry.pack)?.push(entry);
    for (const [number, ofPack] of inBatch) {
      const pack = list.packs[number];
      if (pack === undefined) throw new InputError(`the list names a pack ${number} that it does not have`);
      yield* unpack(pack, ofPack, readPart);
    }
  }
}

function leftOut({ versioned, left }: ObjectsBody): readonly string[] {
  return [
    ...(versioned === true ? ["older versions of objects"] : []),
    ...(left.count === 0
      ? []
      : [`${left.count} objects that could not be copied, as ${left.first[0]?.key}: ${left.first[0]?.why}`]),
  ];
}

function notesOf({ objects, changedMeanwhile, goneMeanwhile }: ObjectsBody): readonly string[] {
  return [
    ...(objects === 0 ? ["the bucket was empty"] : []),
    ...(changedMeanwhile.length === 0
      ? []
      : [`${changedMeanwhile.length} objects were replaced while it was made; the later content is in it`]),
    ...(goneMeanwhile.length === 0 ? [] : [`${goneMeanwhile.length} objects were deleted while it was made`]),
  ];
}
