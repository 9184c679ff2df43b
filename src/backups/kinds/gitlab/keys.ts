import type { GitlabPart } from "../../../platform/backup-stores.ts";
import { wholeTar } from "../../proof/tar-reader.ts";
import { unwrap } from "../../proof/unwrap.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type GitlabBody, tarPart } from "./body.ts";

/** As it lies in the archive (gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4). */
const lfsFile = "lfs.tar.gz";

export const lfsPart: GitlabPart = "lfs";

export function hasLfs(contents: GitlabBody["contents"]): boolean {
  return contents.some(({ name }) => name === lfsFile);
}

/** The LFS objects in an archive, which is read as far as they go. */
export async function* keys(sealed: SealedBody<GitlabBody>, { readPart }: OwnProving): AsyncGenerator<string> {
  const archive = await unwrap(readPart(partOf(sealed, tarPart)));
  for await (const { name, content } of wholeTar(archive.stream)) {
    if (name.replace(/^\.\//, "") !== lfsFile) continue;
    const inner = await unwrap(content);
    for await (const entry of wholeTar(inner.stream)) if (entry.kind === "file") yield entry.name;
    return;
  }
}
