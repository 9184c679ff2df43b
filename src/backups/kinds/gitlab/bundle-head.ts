import { createHash } from "node:crypto";
import { SystemError } from "../../../kernel/errors.ts";

/** Which commit each name points at; `HEAD` is none of them. */
export type Refs = ReadonlyMap<string, string>;

/** Of refs in the order of their names: the same for the same content of a repository. */
export function digestOfRefs(refs: Refs): string {
  const lines = [...refs].map(([name, id]) => `${name} ${id}\n`).toSorted();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** `OBJECT NAME`, as `git for-each-ref` and the head of a bundle have it. No name has a space in it, but any other script's (git-check-ref-format). */
export function readRef(line: string): readonly [name: string, id: string] | undefined {
  const [, id, name] = /^([0-9a-f]{40}|[0-9a-f]{64}) ([^ ]+)/.exec(line) ?? [];
  return id === undefined || name === undefined || name === "HEAD" ? undefined : [name, id];
}

export const longestHead = 256 * 1024 * 1024;

/**
 * Passes a bundle on as it comes and reads its head (git-scm.com/docs/gitformat-bundle: a signature, capabilities, prerequisites with
 * `-`, refs, an empty line, the pack). Throws `SystemError` for what is none, or needs objects of another place.
 */
export async function* tapBundle(
  source: AsyncIterable<Uint8Array>,
  seen: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source) {
    if (head !== undefined) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\n\n");
      if (end >= 0) {
        readHead(head.subarray(0, end).toString("utf8"), seen);
        head = undefined;
      } else if (head.length > longestHead) throw new SystemError("the head of the bundle has no end", "stop");
    }
    yield chunk;
  }
  if (head !== undefined) throw new SystemError("the bundle is cut short", "retry");
}

export function readHead(head: string, seen: Map<string, string>): void {
  const [signature = "", ...lines] = head.split("\n");
  if (!/^# v[23] git bundle$/.test(signature)) throw new SystemError("what Git gave is no bundle", "stop");
  for (const line of lines) {
    if (line.startsWith("-"))
      throw new SystemError("the bundle needs objects that are not in it: a shallow clone", "stop");
    const ref = readRef(line);
    if (ref !== undefined) seen.set(...ref);
  }
}
