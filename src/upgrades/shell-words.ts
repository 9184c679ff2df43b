/** A shell word that stands for exactly this text. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text for a comment: line ends would end it. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}

/** A shell text without its comments and without what stands in single quotes: what the shell reads as commands. */
function bare(script: string): string {
  return script
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replace(/'[^']*'|\\'/g, "''");
}

/** Whether a shell text calls the command. */
export function calls(script: string, command: string): boolean {
  return new RegExp(`(^|[;&|({!]|\\b(?:if|then|else|until|do|trap)\\b)\\s*${command}(?=\\s|$)`, "m").test(bare(script));
}
