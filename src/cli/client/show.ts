import { type Paper, shown, table } from "../../reports/table.ts";

type Row = Readonly<Record<string, unknown>>;

/** More do not fit beside each other on any terminal. */
const mostColumns = 8;
const longestCell = 80;
/** Where a value stands alone it is not cut. */
const whole = Number.POSITIVE_INFINITY;

/** A reply of the API for people: a list as a table, anything else field by field. */
export function replyAsText(reply: unknown, paper: Paper): string {
  if (!isRow(reply)) return Array.isArray(reply) ? list(reply, paper) : `${cell(reply)}\n`;
  const { items, next, ...rest } = reply;
  if (!Array.isArray(items)) return details(reply, paper);
  const head = Object.keys(rest).length === 0 ? "" : `${details(rest, paper)}\n`;
  const more = typeof next === "string" ? `\nThere is more: --cursor ${next}\n` : "";
  return `${head}${list(items, paper)}${more}`;
}

function list(items: readonly unknown[], paper: Paper): string {
  if (items.length === 0) return "Nothing.\n";
  const rows = items.filter(isRow);
  if (rows.length < items.length) return items.map((item) => `${cell(item)}\n`).join("");
  const columns = columnsOf(rows);
  const cells = rows.map((row) => columns.map((column) => cell(row[column])));
  return `${table(paper, columns.map(wordsOf), cells)}\n${rows.map((row) => chronicles(row)).join("")}`;
}

/** What was said when, line by line below the table: no cell has room for it. */
function chronicles(row: Row): string {
  return Object.entries(row)
    .filter((field): field is [string, readonly Row[]] => isChronicle(field[1]))
    .map(([name, lines]) => `\n${wordsOf(name)} of ${cell(row)}\n${lines.map(saidLine).join("")}`)
    .join("");
}

function saidLine({ at, text }: Row): string {
  return `  ${cell(at)}  ${cell(text, whole)}\n`;
}

/** What says something beside the others, in the order in which the API names its fields: no chains, no empty columns. */
function columnsOf(rows: readonly Row[]): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names
    .filter((name) => !["version", "schema"].includes(name))
    .filter((name) => rows.some((row) => isPlain(row[name]) && cell(row[name]) !== ""))
    .filter((name) => !rows.every((row) => /^[0-9a-f]{64}$/.test(cell(row[name]))))
    .slice(0, mostColumns);
}

/** `expiresAt` is read as `expires at`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function details(row: Row, paper: Paper): string {
  const parts: string[] = [];
  const plain: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(row)) {
    if (isTexts(value)) parts.push(`\n${wordsOf(name)}\n${value.map((one) => `- ${cell(one, whole)}\n`).join("")}`);
    else if (isPlain(value)) plain.push([wordsOf(name), cell(value, whole)]);
    else if (Array.isArray(value) && value.length > 0) parts.push(`\n${wordsOf(name)}\n${list(value, paper)}`);
    else if (isRow(value)) parts.push(`\n${wordsOf(name)}\n${details(value, paper)}`);
  }
  const width = Math.max(0, ...plain.map(([name]) => name.length));
  const lines = plain.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
  return `${lines}${parts.join("")}`;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Somebody or something with a name is its name. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one !== "object" || one === null);
  return !isRow(value) || typeof value["name"] === "string";
}

function isChronicle(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isRow(one) && Object.keys(one).toSorted().join() === "at,text")
  );
}

/** Sentences, each for itself. */
function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.some((one) => typeof one === "string" && one.includes(" "));
}

function cell(value: unknown, longest = longestCell): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map((one) => cell(one, longest)).join(", ");
  if (isRow(value)) return cell(value["name"], longest);
  const text = shown(typeof value === "string" ? value : JSON.stringify(value));
  // A moment to the second, in UTC, is what fits.
  const moment = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(text);
  if (moment !== null) return `${moment[1]} ${moment[2]}Z`;
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
