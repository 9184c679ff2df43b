import type { GitlabPart } from "../../../platform/backup-stores.ts";
import { unwrap } from "../../proof/unwrap.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { archiveFiles } from "./archive-files.ts";
import { type GitlabBody, tarPart } from "./body.ts";

/** As it lies in the archive (gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4). */
export const lfsFile = "lfs.tar.gz";

export const lfsPart: GitlabPart = "lfs";

export function hasLfs(contents: GitlabBody["contents"]): boolean {
  return contents.some(({ name }) => name === lfsFile);
}

/** The LFS objects in an archive, which is read as far as they go. */
export async function* keys(sealed: SealedBody<GitlabBody>, { readPart }: OwnProving): AsyncGenerator<string> {
  const archive = await unwrap(readPart(partOf(sealed, tarPart)));
  for await (const { name, content } of archiveFiles(archive.stream))
    if (name === lfsFile) {
      yield* keysIn(content);
      return;
    }
}

/** Those in their own tar, which may be packed. */
export async function* keysIn(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const { stream } = await unwrap(content);
  for await (const { name } of archiveFiles(stream)) yield name;
}
