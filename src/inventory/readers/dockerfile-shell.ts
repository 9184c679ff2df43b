import { joinPlaced, type PlacedText, slicePlaced } from "./dockerfile-text.ts";

/** A simple command: its words without quotes. */
export type Command = readonly PlacedText[];

const separator = /\r?\n|&&|\|\||;;?|\||&|[()]/y;
const comment = /#[^\n]*/y;
const blank = /(?:[ \t]|\\\r?\n)+/y;
const piece =
  /'[^']*'|"(?:[^"\\]|\\[^])*"|\$\([^()]*\)|`[^`]*`|\$\{[^{}]*\}|\{\{[^{}]*\}\}|\\[^]|[^\s'"\\;|&()$`{#]+|[^\s;|&()]/y;

/** The commands of a shell text, one after the other, whatever joins them; what is quoted stays one word. */
export function commandsOf(script: PlacedText): readonly Command[] {
  const commands: Command[] = [];
  let words: PlacedText[] = [];
  let word: PlacedText[] = [];
  const endWord = (): void => {
    if (word.length > 0) words.push(joinPlaced(word));
    word = [];
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  let here = 0;
  while (here < script.text.length) {
    const end = matched(
      script.text,
      here,
      word.length === 0 ? [separator, blank, comment, piece] : [separator, blank, piece],
    );
    const token = slicePlaced(script, here, end);
    if (isMatch(separator, script.text, here)) endCommand();
    else if (isMatch(blank, script.text, here)) endWord();
    else if (word.length > 0 || !token.text.startsWith("#")) word.push(unquoted(token));
    here = end;
  }
  endCommand();
  return commands;
}

function matched(text: string, from: number, patterns: readonly RegExp[]): number {
  for (const pattern of patterns) {
    pattern.lastIndex = from;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return from + 1;
}

function isMatch(pattern: RegExp, text: string, from: number): boolean {
  pattern.lastIndex = from;
  return pattern.test(text);
}

function unquoted(token: PlacedText): PlacedText {
  const first = token.text[0];
  if ((first === '"' || first === "'") && token.text.length > 1) return slicePlaced(token, 1, token.text.length - 1);
  if (first === "\\" && token.text[1] !== "$") return slicePlaced(token, 1);
  return token;
}

const interpreter = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh$/;

/** The words of `["pip", "install"]`; undefined when the text is not in that form. */
export function jsonWords(rest: PlacedText): Command | undefined {
  if (!/^\s*\[[^]*\]\s*$/.test(rest.text)) return undefined;
  return [...rest.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) =>
    slicePlaced(rest, found.index + 1, found.index + found[0].length - 1),
  );
}

/** Whether a heredoc's body is run by a shell: `RUN <<EOF`, `RUN bash -e <<EOF`. */
export function runsHeredoc(command: string): boolean {
  const before = command
    .slice(0, Math.max(command.indexOf("<<"), 0))
    .trim()
    .replace(/^(--\S+\s+)+/, "");
  const program = before.split(/\s+/)[0] ?? "";
  return program === "" || program.startsWith("--") || interpreter.test(program);
}

/** The script of `sh -c "…"`; undefined for another command. */
export function scriptOf(command: Command): PlacedText | undefined {
  if (!interpreter.test(command[0]?.text ?? "")) return undefined;
  const flag = command.findIndex(({ text }) => /^-[a-z]*c$/.test(text));
  return flag < 0 ? undefined : command[flag + 1];
}
