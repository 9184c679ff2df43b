import { InputError, SystemError } from "../../kernel/errors.ts";

/** What stands in a plain dump, in order. */
export type SqlPart =
  | { readonly kind: "statement"; readonly line: number; readonly bytes: Uint8Array; readonly text: string }
  | {
      readonly kind: "copy";
      readonly line: number;
      readonly bytes: Uint8Array;
      readonly text: string;
      readonly rows: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: "comment"; readonly line: number; readonly text: string }
  /** What only psql reads: `\connect gitlab`. */
  | { readonly kind: "meta"; readonly line: number; readonly text: string };

/** A longer statement is no part of a dump: rows come by COPY, or in INSERTs of some thousand rows. */
const longestStatement = 64_000_000;

/** Signs that neither begin nor end anything. */
const boring = /[^'"$\-/;\\()A-Za-z_\u0080-\u00ff\n]+/y;
const word = /[A-Za-z_\u0080-\u00ff][\w$\u0080-\u00ff]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\u00ff][\w\u0080-\u00ff]*)?\$/y;
const routine = /^\s*create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i;
const atomic = /^\s+atomic\b/i;
const copyFrom = /^\s*copy\s[\s\S]*\sfrom\s+stdin\b/i;

/**
 * Takes a plain dump apart as psql would (postgresql.org/docs/current/sql-syntax-lexical.html, app-psql.html), without running
 * any of it: quotes, dollar quotes, nested comments, parentheses and `BEGIN ATOMIC` bodies hide a semicolon. Text is held as
 * one character a byte, so that any encoding passes through. `rows` of a copy must be read before the next part, or are passed over.
 */
export class SqlReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #text = "";
  #at = 0;
  #begin = 0;
  #line = 1;
  #depth = 0;
  #blocks = 0;
  #ended = false;
  #copying = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *parts(): AsyncGenerator<SqlPart> {
    for (;;) {
      if (this.#copying) for await (const _ of this.#rows());
      const part = await this.#next();
      if (part === undefined) return;
      yield part;
    }
  }

  /** Text that is left when the dump ends within a statement. */
  rest(): string {
    return this.#text.slice(this.#begin).trim();
  }

  async #next(): Promise<SqlPart | undefined> {
    for (;;) {
      // Enough to see what a sign begins.
      while (this.#text.length - this.#at < 256 && !this.#ended) {
        this.#forget();
        await this.#more();
      }
      const sign = this.#text[this.#at];
      if (sign === undefined) return undefined;
      const part = await this.#step(sign);
      if (part !== undefined) return part;
    }
  }

  async #step(sign: string): Promise<SqlPart | undefined> {
    switch (sign) {
      case "'":
        return this.#string();
      case '"':
        return this.#skipTo('"', 1);
      case "$":
        return this.#dollar();
      case "-":
      case "/":
        return this.#comment(sign);
      case ";":
        return this.#semicolon();
      case "\\":
        return this.#meta();
      default:
        return this.#plain(sign);
    }
  }

  #plain(sign: string): undefined {
    if (sign === "(") this.#depth += 1;
    else if (sign === ")") this.#depth = Math.max(0, this.#depth - 1);
    else if (sign === "\n") this.#line += 1;
    else if (/[A-Za-z_\u0080-\u00ff]/.test(sign)) return this.#word();
    else {
      boring.lastIndex = this.#at;
      this.#at += boring.exec(this.#text)?.[0].length ?? 1;
      return undefined;
    }
    this.#at += 1;
    return undefined;
  }

  /** Bodies written as `BEGIN ATOMIC … END` hold semicolons; `CASE … END` within them pairs too. */
  #word(): undefined {
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0] ?? "";
    this.#at += Math.max(1, found.length);
    const name = found.toLowerCase();
    if (name === "begin") {
      // A parameter may be called so too.
      const isBody = atomic.test(this.#text.slice(this.#at, this.#at + 200));
      if (isBody && routine.test(this.#text.slice(this.#begin, this.#begin + 200))) this.#blocks += 1;
    } else if (name === "case" && this.#blocks > 0) {
      this.#blocks += 1;
    } else if (name === "end" && this.#blocks > 0) {
      this.#blocks -= 1;
    }
    return undefined;
  }

  async #string(): Promise<undefined> {
    const escaped = /(?:^|[^\w$\u0080-\u00ff])[eE]$/.test(
      this.#text.slice(Math.max(this.#begin, this.#at - 2), this.#at),
    );
    if (!escaped) return this.#skipTo("'", 1);
    let from = this.#at + 1;
    for (;;) {
      const end = await this.#find("'", from);
      let slashes = 0;
      while (this.#text[end - 1 - slashes] === "\\" && end - 1 - slashes > this.#at) slashes += 1;
      from = end + 1;
      if (slashes % 2 === 0) break;
    }
    this.#passTo(from);
    return undefined;
  }

  async #dollar(): Promise<undefined> {
    dollarTag.lastIndex = this.#at;
    const tag = dollarTag.exec(this.#text)?.[0];
    const afterWord = this.#at > this.#begin && /[\w$\u0080-\u00ff]/.test(this.#text[this.#at - 1] ?? "");
    if (tag === undefined || afterWord) {
      this.#at += 1;
      return undefined;
    }
    return this.#skipTo(tag, tag.length);
  }

  async #comment(sign: string): Promise<SqlPart | undefined> {
    const second = this.#text[this.#at + 1];
    if (sign === "-" && second === "-") return this.#lineComment();
    if (sign === "/" && second === "*") return this.#blockComment();
    this.#at += 1;
    return undefined;
  }

  async #lineComment(): Promise<SqlPart | undefined> {
    const line = this.#line;
    const start = this.#at;
    const alone = this.#text.slice(this.#begin, start).trim() === "";
    const end = await this.#find("\n", start, true);
    const text = this.#text.slice(start, end);
    this.#at = end;
    if (!alone) return undefined;
    this.#begin = end;
    return { kind: "comment", line, text };
  }

  async #blockComment(): Promise<undefined> {
    let depth = 0;
    let from = this.#at;
    do {
      const closing = await this.#find("*/", from);
      const opening = this.#text.slice(from, closing).indexOf("/*");
      depth += opening === -1 ? -1 : 1;
      from = opening === -1 ? closing + 2 : from + opening + 2;
    } while (depth > 0);
    this.#passTo(from);
    return undefined;
  }

  async #semicolon(): Promise<SqlPart | undefined> {
    this.#at += 1;
    if (this.#depth > 0 || this.#blocks > 0) return undefined;
    const line = this.#line;
    const text = this.#text.slice(this.#begin, this.#at).trim();
    this.#begin = this.#at;
    if (text === ";") return undefined;
    const bytes = Buffer.from(text, "latin1");
    if (!copyFrom.test(text.slice(0, 100_000))) return { kind: "statement", line, bytes, text };
    this.#passTo((await this.#find("\n", this.#at, true)) + 1);
    this.#begin = this.#at;
    this.#copying = true;
    return { kind: "copy", line, bytes, text, rows: this.#rows() };
  }

  /** To the end of the line: psql reads the rest of it as the command's own words. */
  async #meta(): Promise<SqlPart> {
    const end = await this.#find("\n", this.#at, true);
    const text = this.#text.slice(this.#at, end).trim();
    this.#at = end;
    this.#begin = end;
    return { kind: "meta", line: this.#line, text };
  }

  /** The rows of a COPY up to its `\.`; in rows a backslash at the beginning of a line is always doubled or names a sign. */
  async *#rows(): AsyncGenerator<Uint8Array> {
    let lineStart = true;
    while (this.#copying) {
      this.#begin = this.#at;
      this.#forget();
      if (this.#text.length < 4) await this.#more();
      const here = this.#text.slice(this.#at);
      if (here === "") throw new InputError(`it ends within the rows of a table (line ${this.#line})`);
      const end = endOfRows(here, lineStart, this.#ended);
      // Three characters are kept back: they may be the beginning of the end.
      const upTo = end?.at ?? (this.#ended ? here.length : Math.max(0, here.length - 3));
      const rows = here.slice(0, upTo);
      if (rows.length > 0) {
        lineStart = rows.endsWith("\n");
        this.#passTo(this.#at + rows.length);
        yield Buffer.from(rows, "latin1");
      }
      if (end !== undefined) {
        this.#passTo(this.#at + end.length);
        this.#copying = false;
      } else {
        await this.#more();
      }
      this.#begin = this.#at;
    }
  }

  async #skipTo(mark: string, from: number): Promise<undefined> {
    this.#passTo((await this.#find(mark, this.#at + from)) + mark.length);
    return undefined;
  }

  #passTo(end: number): void {
    for (let at = this.#text.indexOf("\n", this.#at); at !== -1 && at < end; at = this.#text.indexOf("\n", at + 1))
      this.#line += 1;
    this.#at = Math.min(end, this.#text.length);
  }

  /** Where `mark` stands from `from` on, reading more as needed. At the end of the dump: there, if `orEnd`. */
  async #find(mark: string, from: number, orEnd = false): Promise<number> {
    let start = from;
    for (;;) {
      const found = this.#text.indexOf(mark, start);
      if (found !== -1) return found;
      if (this.#ended) {
        if (orEnd) return this.#text.length;
        throw new InputError(`it ends within a quotation or comment that begins in line ${this.#line}`);
      }
      start = Math.max(start, this.#text.length - mark.length);
      await this.#more();
    }
  }

  /** Lets go of what lies before the present statement; all positions move with it. */
  #forget(): void {
    this.#text = this.#text.slice(this.#begin);
    this.#at -= this.#begin;
    this.#begin = 0;
  }

  async #more(): Promise<void> {
    if (this.#ended) return;
    if (this.#text.length - this.#begin > longestStatement)
      throw new SystemError(
        `the statement that begins in line ${this.#line} is longer than ${longestStatement / 1e6} MB, more than is held in memory`,
        "stop",
      );
    const { value, done } = await this.#source.next();
    if (done === true) this.#ended = true;
    else this.#text += Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
  }
}

/** Where the `\.` line of a COPY begins and how long it is; undefined when it is not (wholly) there. */
function endOfRows(
  text: string,
  lineStart: boolean,
  ended: boolean,
): { readonly at: number; readonly length: number } | undefined {
  const at = lineStart && text.startsWith("\\.") ? 0 : text.indexOf("\n\\.") + 1;
  if (at === 0 && !(lineStart && text.startsWith("\\."))) return undefined;
  const line = /^\\\.(?:\r?\n|\r?$)/.exec(text.slice(at, at + 4))?.[0];
  if (line === undefined) throw new InputError("a line of rows begins with a lone \\., which no dump writes");
  if (!line.endsWith("\n") && !ended) return undefined;
  return { at, length: line.length };
}
