import { InputError, messageOf } from "../../../kernel/errors.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import type { ObjectsBody } from "./body.ts";
import { type ObjectList, readList } from "./list.ts";
import { unpackAll } from "./unpack.ts";

/** Reads every pack back and holds every object against the list: none is left out. */
export async function prove(sealed: SealedBody<ObjectsBody>, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const counts = { objects: 0, bytes: 0 };
  const why: string[] = [];
  try {
    const list = await readList(proving.readPart(body.list));
    why.push(...strangeIn(list, sealed));
    for await (const { content } of unpackAll(list, proving.readPart, () => true)) {
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

function strangeIn({ entries, packs }: ObjectList, sealed: SealedBody<ObjectsBody>): readonly string[] {
  const named = new Set(sealed.packs.map(({ snapshot }) => snapshot));
  const unnamed = packs.filter(({ snapshot }) => !named.has(snapshot)).length;
  return [
    ...(entries.length === sealed.body.objects
      ? []
      : [`the list has ${entries.length} objects, and the manifest says ${sealed.body.objects}`]),
    ...(unnamed === 0 ? [] : [`${unnamed} packs of its list are not the manifest's`]),
  ];
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
