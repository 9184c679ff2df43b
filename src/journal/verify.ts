import { messageOf } from "../kernel/errors.ts";
import { type Anchor, checkSignature } from "./anchor.ts";
import { canonicalJson } from "./canonical.ts";
import { entrySchema, type Head, hashOf, noHash } from "./entry.ts";

/** What verification says, with the first entry that differs. */
export type Verdict =
  | { readonly kind: "whole"; readonly entries: number; readonly head: Head; readonly notes: readonly string[] }
  | {
      readonly kind: "broken";
      readonly what:
        | "unreadable"
        | "changed"
        | "removed"
        | "reordered"
        | "repeated"
        | "unlinked"
        | "rewritten"
        | "truncated"
        | "wrong-signature"
        | "wrong-key";
      /** The number of the first entry that differs; for a rewritten one the first that may. */
      readonly entry: number;
      readonly why: string;
    };

/** An anchor to hold the chain against, and what to call it. */
export interface GivenAnchor {
  readonly name: string;
  readonly anchor: Anchor;
}

type Broken = Extract<Verdict, { readonly kind: "broken" }>;

/**
 * Holds an export against itself and against anchors, with nothing else: no database, no server. Any changed, removed,
 * added, repeated or moved line is found; a rewritten or cut tail only with an anchor from before. Several anchors narrow
 * down where it begins.
 */
export function verifyJournal(text: string, anchors: readonly GivenAnchor[], publicKey: string | undefined): Verdict {
  const unsigned = anchors.flatMap((given) => signatureFault(given, publicKey) ?? []);
  const [fault] = unsigned;
  if (fault !== undefined) return fault;
  const walked = walk(text);
  if ("kind" in walked) return walked;
  const sorted = anchors.toSorted((a, b) => a.anchor.sequence - b.anchor.sequence);
  return anchorFault(walked, sorted) ?? whole(walked, sorted, publicKey);
}

/** The hashes by number: `hashes[0]` is what stands before the first. */
function walk(text: string): readonly string[] | Broken {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const hashes: string[] = [noHash];
  for (const [index, line] of lines.entries()) {
    const sequence = index + 1;
    const entry = read(line, sequence);
    if ("kind" in entry) return entry;
    const fault = faultOf(entry, sequence, hashes, lines);
    if (fault !== undefined) return fault;
    hashes.push(String(entry.value["hash"]));
  }
  return hashes;
}

function read(line: string, sequence: number): { readonly value: Readonly<Record<string, unknown>> } | Broken {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it is no object");
    if (canonicalJson(value) !== line)
      return broken("changed", sequence, "its line is not written as the journal writes it");
    return { value: value as Readonly<Record<string, unknown>> };
  } catch (thrown) {
    return broken("unreadable", sequence, `line ${sequence} is no entry: ${messageOf(thrown).slice(0, 120)}`);
  }
}

function faultOf(
  { value }: { readonly value: Readonly<Record<string, unknown>> },
  sequence: number,
  hashes: readonly string[],
  lines: readonly string[],
): Broken | undefined {
  if (value["schema"] !== entrySchema) return broken("unreadable", sequence, `it is not of the form ${entrySchema}`);
  if (value["hash"] !== hashOf(value)) return broken("changed", sequence, "its content does not fit its hash");
  if (value["sequence"] !== sequence) return misplaced(Number(value["sequence"]), sequence, lines);
  if (value["previous"] !== hashes.at(-1))
    return broken(
      "unlinked",
      sequence,
      "it does not follow on the entry before it: one of the two was put there later",
    );
  return undefined;
}

function misplaced(found: number, expected: number, lines: readonly string[]): Broken {
  if (found < expected) return broken("repeated", expected, `entry ${found} stands in its place, again`);
  const later = lines
    .slice(expected)
    .some((line) => line.includes(`"sequence":${expected},`) || line.includes(`"sequence":${expected}}`));
  return later
    ? broken("reordered", expected, `entry ${found} stands in its place, and it stands further down`)
    : broken("removed", expected, `entry ${found} stands in its place: ${found - expected} missing`);
}

function anchorFault(hashes: readonly string[], anchors: readonly GivenAnchor[]): Broken | undefined {
  let proven = 0;
  for (const { name, anchor } of anchors) {
    const found = hashes[anchor.sequence];
    if (found === undefined) {
      const last = hashes.length - 1;
      return broken("truncated", last + 1, `${name} knows entry ${anchor.sequence}, the export ends with ${last}`);
    }
    if (found !== anchor.hash)
      return broken(
        "rewritten",
        proven + 1,
        `${name} knows another entry ${anchor.sequence}: the chain was written anew from an entry between ${proven + 1} and ${anchor.sequence} on`,
      );
    proven = anchor.sequence;
  }
  return undefined;
}

function whole(hashes: readonly string[], anchors: readonly GivenAnchor[], publicKey: string | undefined): Verdict {
  const last = hashes.length - 1;
  const anchored = anchors.at(-1)?.anchor.sequence ?? 0;
  const notes = [
    ...(anchors.length === 0 ? ["no anchor was given: a tail that was written anew, or cut off, is not found"] : []),
    ...(anchors.length > 0 && anchored < last
      ? [`entries ${anchored + 1} to ${last} are newer than the anchor: only their links were checked`]
      : []),
    ...(anchors.length > 0 && publicKey === undefined ? ["no public key was given: signatures were not checked"] : []),
  ];
  return { kind: "whole", entries: last, head: { sequence: last, hash: hashes[last] ?? noHash }, notes };
}

function signatureFault({ name, anchor }: GivenAnchor, publicKey: string | undefined): Broken | undefined {
  if (publicKey === undefined) return undefined;
  switch (checkSignature(anchor, publicKey)) {
    case "right":
      return undefined;
    case "wrong":
      return broken("wrong-signature", anchor.sequence, `${name} was changed after it was signed`);
    case "other-key":
      return broken("wrong-key", anchor.sequence, `${name} was signed with another key (${anchor.key ?? "?"})`);
    case "unsigned":
      return broken("wrong-key", anchor.sequence, `${name} is not signed; anybody can have written it`);
  }
}

function broken(what: Broken["what"], entry: number, why: string): Broken {
  return { kind: "broken", what, entry, why };
}
