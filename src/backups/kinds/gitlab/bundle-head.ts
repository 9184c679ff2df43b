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

/** Those of lines of such; what is none is passed over. */
export function refsIn(lines: Iterable<string>): Refs {
  const refs = new Map<string, string>();
  for (const line of lines) {
    const ref = readRef(line);
    if (ref !== undefined) refs.set(...ref);
  }
  return refs;
}

/** A bundle's head, taken apart (git-scm.com/docs/gitformat-bundle: a signature, capabilities, prerequisites, refs, an empty line, the pack). */
interface BundleHead {
  readonly signature: string;
  /** With the `@` before them. */
  readonly capabilities: readonly string[];
  /** Whether it needs objects that are not in it. */
  readonly isOnTop: boolean;
  /** `OBJECT NAME`, HEAD's among them. */
  readonly tips: readonly string[];
}

export function splitHead(head: string): BundleHead {
  const [signature = "", ...lines] = head.split("\n");
  return {
    signature,
    capabilities: lines.filter((line) => line.startsWith("@")),
    isOnTop: lines.some((line) => line.startsWith("-")),
    tips: lines.filter((line) => !/^[@-]/.test(line)),
  };
}

/** Throws `SystemError` for the head of what is no bundle, or needs objects of another place. */
export function refsOfHead(head: string): Refs {
  const { signature, isOnTop, tips } = splitHead(head);
  if (!/^# v[23] git bundle$/.test(signature)) throw new SystemError("what Git gave is no bundle", "stop");
  if (isOnTop) throw new SystemError("the bundle needs objects that are not in it: a shallow clone", "stop");
  return refsIn(tips);
}

export const longestHead = 256 * 1024 * 1024;

/** Passes a bundle on as it comes and reads its head. Throws as `refsOfHead`, and for one that is cut short. */
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
        for (const ref of refsOfHead(head.subarray(0, end).toString("utf8"))) seen.set(...ref);
        head = undefined;
      } else if (head.length > longestHead) throw new SystemError("the head of the bundle has no end", "stop");
    }
    yield chunk;
  }
  if (head !== undefined) throw new SystemError("the bundle is cut short", "retry");
}
