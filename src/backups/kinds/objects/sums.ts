import { counted } from "../../../kernel/count.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";

/** What a list comes to. */
export class Sums {
  readonly current = { objects: 0, bytes: 0 };
  readonly versions = { older: 0, markers: 0, bytes: 0 };
  readonly lacks = { metadata: 0, tags: 0 };

  async *counting(entries: AsyncIterable<ObjectEntry>): AsyncGenerator<ObjectEntry> {
    for await (const entry of entries) {
      this.add(entry);
      yield entry;
    }
  }

  add({ size, older, deleted, metadata, tags }: ObjectEntry): void {
    if (deleted === true) {
      this.versions.markers += 1;
      return;
    }
    if (older === true) {
      this.versions.older += 1;
      this.versions.bytes += size;
    } else {
      this.current.objects += 1;
      this.current.bytes += size;
    }
    if (metadata === undefined) this.lacks.metadata += 1;
    if (tags === "refused") this.lacks.tags += 1;
  }
}

const none = { older: 0, markers: 0, bytes: 0 };

/** How many entries a backup's list has to have. */
export function entriesIn({ objects, versions: { older, markers } = none }: ObjectsBody): number {
  return objects + older + markers;
}

/** What came back otherwise than the manifest says. */
export function differences(
  { current, versions }: Sums,
  { objects, bytes, versions: copied = none }: ObjectsBody,
): readonly string[] {
  const all = [
    [`${current.objects} objects with ${current.bytes} bytes`, `${objects} with ${bytes}`],
    [wordsFor(versions), wordsFor(copied)],
  ] as const;
  const isSame = [
    current.objects === objects && current.bytes === bytes,
    versions.older === copied.older && versions.markers === copied.markers && versions.bytes === copied.bytes,
  ];
  return all.flatMap(([came, was], index) =>
    isSame[index] === true ? [] : [`${came} came back, and ${was} were copied`],
  );
}

function wordsFor({ older, markers, bytes }: Sums["versions"]): string {
  return `${counted(older, "older version")} with ${bytes} bytes and ${counted(markers, "delete marker")}`;
}
