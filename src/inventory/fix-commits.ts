import type { Component } from "../platform/pin.ts";
import { describeEdit, type FileFix, type PlacedEdit } from "./fix-files.ts";
import { splice } from "./write.ts";

/** One commit: everything that changes for one component. */
export interface FixCommit {
  /** The component, or what is pinned where no component has it: `image nginx`. */
  readonly subject: string;
  readonly message: string;
  /** The whole content of each file after this commit and those before it. */
  readonly files: readonly { readonly file: string; readonly before: Uint8Array; readonly after: Uint8Array }[];
}

/**
 * A commit for each component, in the order of their names. A pin that several components have is changed with the first of
 * them; each commit's files hold what the ones before it did.
 */
export function commitsFor(fixes: readonly FileFix[], components: readonly Component[]): readonly FixCommit[] {
  const subjects = subjectsOf(components);
  const placed = fixes.flatMap((fix) => fix.edits.map((edit) => ({ fix, edit, subject: subjectOf(edit, subjects) })));
  const bySubject = [...Map.groupBy(placed, ({ subject }) => subject)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const done = new Map<FileFix, PlacedEdit[]>();
  const commits: FixCommit[] = [];
  for (const [subject, entries] of bySubject) {
    const files = [...Map.groupBy(entries, ({ fix }) => fix)].flatMap(([fix, own]) => {
      const earlier = done.get(fix) ?? [];
      const now = [...earlier, ...own.map(({ edit }) => edit)];
      done.set(fix, now);
      const [before, after] = [contentWith(fix, earlier), contentWith(fix, now)];
      return Buffer.from(before).equals(after) ? [] : [{ file: fix.file, before, after }];
    });
    const edits = entries.map(({ edit }) => edit);
    // A place that an earlier component shares is changed already.
    if (files.length > 0) commits.push({ subject, message: messageFor(subject, edits), files });
  }
  return commits;
}

function contentWith(fix: FileFix, edits: readonly PlacedEdit[]): Uint8Array {
  return splice(
    fix.before,
    edits.flatMap(({ splices }) => splices),
    fix.file,
  );
}

function subjectsOf(components: readonly Component[]): ReadonlyMap<string, string> {
  const subjects = new Map<string, string>();
  for (const component of components.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = component.environment === null ? component.name : `${component.name} (${component.environment})`;
    for (const pin of component.pins) if (!subjects.has(pin)) subjects.set(pin, name);
  }
  return subjects;
}

function subjectOf({ edit: { pin } }: PlacedEdit, subjects: ReadonlyMap<string, string>): string {
  return subjects.get(pin.id) ?? oneLine(`${pin.kind} ${pin.name}`);
}

/** Says what moved from what to what, and why that version. */
function messageFor(subject: string, edits: readonly PlacedEdit[]): string {
  const versions = [...new Set(edits.map(({ edit }) => edit.to.version))];
  const title =
    versions.length === 1 ? `Pin ${subject} to ${versions[0]}` : `Pin ${versions.length} versions of ${subject}`;
  const lines = edits.map(({ edit }) => `- ${describeEdit(edit)}`);
  return `${oneLine(title)}\n\n${lines.join("\n")}\n`;
}

/** Names come from the repository: a line end in one must not begin a line of ours, such as a trailer. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
