import type { BackupPorts, KeyFiles } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import type { ObjectBucket } from "../../kernel/object-store.ts";
import { bucketOf } from "./bucket-of.ts";
import type { RepositoryPlace } from "./restic.ts";

/** Backends that restic speaks to and we do not (restic.readthedocs.io, "Preparing a new repository"). */
const elsewhere = /^(?:s3|rest|sftp|b2|azure|gs|swift|rclone):/;

const longest = 64 * 1024;

/** The key files of a repository in a folder or a bucket; undefined for other backends. */
export function keyFilesOf(
  place: RepositoryPlace,
  ports: Pick<BackupPorts, "openKeys" | "openBucket">,
  signal?: AbortSignal,
): KeyFiles | undefined {
  const bucket = bucketOf(place);
  if (bucket !== undefined) return inBucket(ports.openBucket(bucket.address), `${bucket.prefix}keys/`, signal);
  return elsewhere.test(place.repository) ? undefined : ports.openKeys(place.repository.replace(/^local:/, ""));
}

function inBucket(bucket: ObjectBucket, prefix: string, signal: AbortSignal | undefined): KeyFiles {
  return {
    async list() {
      const found: { readonly name: string; readonly modified: string }[] = [];
      for await (const page of bucket.list(prefix, signal))
        for (const { key, modified } of page) found.push({ name: key.slice(prefix.length), modified });
      return found
        .filter(({ name }) => /^[0-9a-f]{64}$/.test(name))
        .toSorted((a, b) => Date.parse(b.modified) - Date.parse(a.modified))
        .map(({ name }) => name);
    },
    async read(name) {
      const found = await bucket.get(prefix + name, { signal });
      if (found.kind !== "read") return undefined;
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of found.content) {
        length += chunk.length;
        if (length > longest)
          throw new SystemError(`${bucket.label}: ${prefix}${name} is longer than a key file`, "stop");
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    async write(name, content) {
      if ((await bucket.head(prefix + name)) !== undefined) return;
      await bucket.put(
        prefix + name,
        (async function* () {
          yield content;
        })(),
        { signal },
      );
    },
  };
}
