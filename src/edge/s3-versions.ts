import type { ObjectVersion } from "../kernel/object-store.ts";
import { elements, type ListPage, nextOf, objectIn, rootOf, textOf } from "./s3-list.ts";

/*
 * A page of ListObjectVersions: by key, and the newest of each key first
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/list-obj-version-enabled-bucket.html). Versions and delete markers are elements of two
 * names. AWS mixes them in their order; versitygw 1.8.0 writes all markers of a page before all versions, each in their order.
 */

export function readVersions(xml: string, label: string): ListPage<ObjectVersion> {
  const root = rootOf(xml, "ListVersionsResult", label);
  const entries = elements(root, ["Version", "DeleteMarker"]).map(({ name, inner }): ObjectVersion => {
    const deleted = name === "DeleteMarker";
    return {
      ...objectIn(inner, label, deleted ? 0 : undefined),
      version: textOf(inner, "VersionId") ?? "null",
      latest: textOf(inner, "IsLatest") === "true",
      deleted,
    };
  });
  return {
    entries: mixed(entries),
    next: nextOf(root, label, [
      ["NextKeyMarker", "key-marker"],
      ["NextVersionIdMarker", "version-id-marker"],
    ]),
  };
}

/** Where one kind stands before the other they are put in order; where they are mixed, they are in order. */
function mixed(entries: readonly ObjectVersion[]): readonly ObjectVersion[] {
  const turns = entries.filter(({ deleted }, index) => index > 0 && deleted !== entries[index - 1]?.deleted).length;
  if (turns !== 1) return entries;
  const [versions, markers] = [entries.filter(({ deleted }) => !deleted), entries.filter(({ deleted }) => deleted)];
  const all: ObjectVersion[] = [];
  for (let version = versions.shift(), marker = markers.shift(); version !== undefined || marker !== undefined; ) {
    if (version !== undefined && (marker === undefined || comesFirst(version, marker))) {
      all.push(version);
      version = versions.shift();
    } else if (marker !== undefined) {
      all.push(marker);
      marker = markers.shift();
    }
  }
  return all;
}

/** Pages without what the page before ended with: versitygw 1.8.0 says a key's newest version again where a page ends with it. */
export async function* eachOnce(
  pages: AsyncIterable<readonly ObjectVersion[]>,
): AsyncGenerator<readonly ObjectVersion[]> {
  let last: ObjectVersion | undefined;
  for await (const page of pages) {
    const [first, ...rest] = page;
    const isRepeated = last !== undefined && first?.key === last.key && first.version === last.version;
    yield isRepeated ? rest : page;
    last = page.at(-1);
  }
}

/** Ids that tell when they were made (github.com/ulid/spec): versitygw's are. */
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

function comesFirst(version: ObjectVersion, marker: ObjectVersion): boolean {
  const order = Buffer.compare(Buffer.from(version.key), Buffer.from(marker.key));
  if (order !== 0) return order < 0;
  if (version.latest || marker.latest) return version.latest;
  if (ulid.test(version.version) && ulid.test(marker.version)) return version.version > marker.version;
  // Times are told to the second. What is put and deleted within one was mostly deleted last.
  return version.modified.slice(0, 19) > marker.modified.slice(0, 19);
}
