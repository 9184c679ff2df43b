import type { LfsPointer } from "../../store-kind.ts";
import type { SmallFile } from "./follow-objects.ts";

/*
 * A file of Git LFS' as it lies in a repository (git-lfs/git-lfs docs/spec.md @02b89e38: lines of `key value`, `version` first, `oid` and
 * `size` among the others, less than 1024 bytes; an empty file is its own pointer). GitLab takes the same version alone
 * (gitlabhq/gitlabhq lib/gitlab/git/blob.rb).
 */

/** Hears of each in one repository. */
export type Pointed = (pointer: Pick<LfsPointer, "oid" | "path">) => void;

/** Which files are looked at for pointers, and how. */
export function pointersFor(pointed: Pointed) {
  const see = ({ path, content }: SmallFile): void => {
    const oid = oidIn(content);
    if (oid !== undefined) pointed({ oid, path });
  };
  return { sizes: pointerSizes, see };
}

/** No pointer is shorter or longer, in bytes. */
const pointerSizes = { from: 120, below: 1024 } as const;

const version = "version https://git-lfs.github.com/spec/v1";

/** The object that it names; undefined: it is no pointer. */
export function oidIn(content: Uint8Array): string | undefined {
  if (content.length >= pointerSizes.below) return undefined;
  const [first, ...lines] = Buffer.from(content).toString("latin1").trimEnd().split(/\r?\n/);
  if (first !== version || !lines.every((line) => /^[a-z0-9.-]+ \S/.test(line))) return undefined;
  const values = (key: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
  const [oids, sizes] = [values("oid"), values("size")];
  if (oids.length !== 1 || sizes.length !== 1 || !/^\d+$/.test(sizes[0] ?? "")) return undefined;
  return /^sha256:([0-9a-f]{64})$/.exec(oids[0] ?? "")?.[1];
}
