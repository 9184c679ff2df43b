/**
 * Text inside XML or HTML, also inside an attribute. Characters that XML 1.0 cannot hold, and those that turn
 * the direction of what follows, are shown as `?`.
 */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Prose inside HTML: what stands between backticks is shown as code. */
export function proseAsHtml(text: string): string {
  return escapeXml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

/** Text inside a cell of a Markdown table or a sentence: no markup of its own but code between backticks, no line break. */
export function escapeMarkdown(text: string): string {
  return onOneLine(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? markdownCode(part.slice(1, -1)) : escapeWords(part)))
    .join("");
}

function escapeWords(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replace(hidden, "?");
}

/** Signs that are not seen, or that turn the direction of what follows. */
const hidden = /(?!\t)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text as code in Markdown, whatever backticks it holds. */
export function markdownCode(text: string): string {
  const clean = text
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .replace(hidden, "?");
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${clean}${fence}` : `${fence} ${clean} ${fence}`;
}

function onOneLine(text: string): string {
  return text
    .split("\n")
    .map((line, index) => (index === 0 ? line.trimEnd() : line.trim()))
    .join(" ");
}
