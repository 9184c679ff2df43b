/** A text read from left to right, with what is skipped between the words of HCL. */
export class Cursor {
  readonly text: string;
  at = 0;
  /** Characters passed in search of an end that never came: hostile text would make that quadratic. */
  #wasted = 0;

  constructor(text: string) {
    this.text = text;
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character `ahead` of the cursor; empty behind the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? "";
  }

  startsWith(word: string): boolean {
    return this.text.startsWith(word, this.at);
  }

  /** Takes what `sticky` (a regular expression with flag `y`) finds here. */
  take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Goes back to `begin`, because what began there has no end. */
  giveUp(begin: number): false {
    this.#wasted += this.at - begin;
    this.at = begin;
    return false;
  }

  /** Enough was passed in vain: what begins a long text is taken for a mere sign from now on. */
  get isTired(): boolean {
    return this.#wasted > 1_000_000;
  }

  /** Passes blanks and comments; line ends too when `lines`. A `#` or `//` comment leaves its line end. */
  skipBlanks(lines: boolean): void {
    for (;;) {
      this.take(lines ? /[ \t\r\n]+/y : /[ \t]+|\r(?=\n)/y);
      if (this.startsWith("/*")) {
        const end = this.text.indexOf("*/", this.at + 2);
        this.at = end < 0 ? this.text.length : end + 2;
      } else if (this.peek() === "#" || this.startsWith("//")) this.take(/[^\r\n]*/y);
      else return;
    }
  }

  /** Goes to the start of the next line. */
  skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end + 1;
  }
}
