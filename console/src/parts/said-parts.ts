const marked = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z|`[^`\n]+`/g;

export interface SaidPart {
  readonly kind: "words" | "moment" | "code";
  readonly text: string;
}

/** A text in its parts, in turn: the server says moments in UTC, people read them in their zone; what stands in backticks is code. */
export function saidParts(text: string): readonly SaidPart[] {
  const parts: SaidPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(marked)) {
    parts.push({ kind: "words", text: text.slice(end, index) });
    parts.push(found.startsWith("`") ? { kind: "code", text: found.slice(1, -1) } : { kind: "moment", text: found });
    end = index + found.length;
  }
  parts.push({ kind: "words", text: text.slice(end) });
  return parts.filter((part) => part.text !== "");
}
