import { InputError } from "../../../kernel/errors.ts";
import { foldersOf } from "./ref-moves.ts";
import { isRefName } from "./ref-name.ts";

/*
 * The list of refs beside a step of an incremental backup, `OBJECT NAME` on each line and HEAD's before them (gitaly
 * internal/backup/backup.go `writeRefs`, internal/gitaly/service/ref/list_refs.go @v16.11.8): what a bundle has in its head.
 */

/** The head of a whole bundle with these refs, byte by byte as they stand there. Throws `InputError` for what Git would not take. */
export function headOfList(file: string, list: Uint8Array): Buffer {
  const bytes = Buffer.from(list);
  const refs = readList(bytes.toString("utf8"));
  const why = typeof refs === "string" ? refs : whyNotTogether(refs);
  if (typeof refs === "string" || why !== undefined)
    throw new InputError(`the list of refs ${file} is damaged: ${why}`);
  const signature = refs.idLengths.has(64) ? "# v3 git bundle\n@object-format=sha256\n" : "# v2 git bundle\n";
  return Buffer.concat([Buffer.from(signature), bytes, Buffer.from("\n")]);
}

interface List {
  /** Without HEAD. */
  readonly names: ReadonlySet<string>;
  /** In letters. */
  readonly idLengths: ReadonlySet<number>;
}

/** A text: what is wrong with it. */
function readList(text: string): List | string {
  const lines = text.split("\n");
  if (lines.pop() !== "") return "it is cut short";
  const [names, idLengths] = [new Set<string>(), new Set<number>()];
  for (const [index, line] of lines.entries()) {
    const [, id = "", name = ""] = /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/s.exec(line) ?? [];
    if ((name !== "HEAD" && !isRefName(name)) || names.has(name)) return `its line ${index + 1} is no ref`;
    names.add(name);
    idLengths.add(id.length);
  }
  names.delete("HEAD");
  return { names, idLengths };
}

function whyNotTogether({ names, idLengths }: List): string | undefined {
  if (idLengths.size > 1) return "its ids are of two kinds";
  if (names.size === 0) return "it names no ref, and a bundle is there";
  const inner = [...names].find((name) => foldersOf(name).some((one) => names.has(one)));
  return inner === undefined ? undefined : `${inner} lies in another ref`;
}
