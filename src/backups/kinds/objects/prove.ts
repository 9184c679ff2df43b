import { counted } from "../../../kernel/count.ts";
import { InputError, messageOf } from "../../../kernel/errors.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";
import { openList } from "./list.ts";
import { differences, entriesIn, Sums } from "./sums.ts";
import { batchesOf, heldEntries, type Unpacked, unpack } from "./unpack.ts";

type Sealed = SealedBody<ObjectsBody>;

/** Reads every pack back and holds every object against the list: none is left out. */
export async function prove(sealed: Sealed, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const sums = new Sums();
  const { current } = sums;
  const why: string[] = [];
  try {
    const list = await readPacks(sealed, proving);
    why.push(...list.strange);
    for await (const { entry, content } of unpackInBatches(list, sealed, proving)) {
      for await (const _ of content); // it is held against its size and its digest
      sums.add(entry);
      if (current.objects % 10_000 === 0)
        proving.progress(`${current.objects} of ${body.objects} objects are as they were`);
    }
    why.push(...differences(sums, body));
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    why.push(messageOf(thrown));
  }
  return {
    verdict: why.length === 0 ? { kind: "proven" } : { kind: "failed", why },
    counts: { ...current, ...countsOf(body.versions === undefined ? undefined : sums) },
    doesNotCover: leftOut(body),
    notes: notesOf(body),
  };
}

function countsOf(sums: Sums | undefined): Readonly<Record<string, number>> {
  if (sums === undefined) return {};
  const { older, markers, bytes } = sums.versions;
  return { "older versions": older, "bytes of older versions": bytes, "delete markers": markers };
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
  const expected = entriesIn(sealed.body);
  const strange = [
    ...(count === expected ? [] : [`the list has ${count} objects, and the manifest says ${expected}`]),
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

function leftOut({ versioned, versions, left, lacks, objects }: ObjectsBody): readonly string[] {
  const { metadata, tags } = lacks ?? { metadata: objects, tags: 0 };
  return [
    ...(metadata === 0
      ? []
      : [
          `content types and other metadata of ${counted(metadata, "object")}: they are not known since an earlier release copied them`,
        ]),
    ...(tags === 0 ? [] : [`tags of ${counted(tags, "object")}: the key may not read them (s3:GetObjectTagging)`]),
    ...(versioned === true && versions === undefined ? ["older versions of objects"] : []),
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
