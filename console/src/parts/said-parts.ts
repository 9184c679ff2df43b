const moment = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;

/** A text and the moments in it, in turn: what the server says has times as UTC, people read them in their zone. */
export function saidParts(text: string): readonly { readonly text: string; readonly isMoment: boolean }[] {
  const parts: { readonly text: string; readonly isMoment: boolean }[] = [];
  let end = 0;
  for (const found of text.matchAll(moment)) {
    parts.push({ text: text.slice(end, found.index), isMoment: false }, { text: found[0], isMoment: true });
    end = found.index + found[0].length;
  }
  return [...parts, { text: text.slice(end), isMoment: false }].filter((part) => part.text !== "");
}
