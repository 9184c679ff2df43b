/** Bits of information a character of the text carries, by Shannon; 0 for an empty text. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const placeholder =
  /^(change[-_ ]?(me|it|this)|replace|todo|tbd|fixme|your|my|super[-_]?secret|example|sample|dummy|fake|test|none|null|nil|true|false|undefined|redacted|masked|placeholder|insert|enter|set[-_]?me|secret|pass$|password|passwd|token|xxx|\*\*\*|\.\.\.)|[<>]|example|placeholder|change[-_]?me|x{4,}|\*{3,}|\.{3}|_here$/i;
const reference =
  /^[$%@&]|\$\{|\{\{|\$\(|^(vault|ref|file|env|secret|awssm|gcpsm|azurekv|sops|op|ssm):|^ENC\[|^Ag[A-Za-z0-9+/]{100,}/;

/** Whether a text stands for a secret that is somewhere else, or for none yet. */
export function isPlaceholder(text: string): boolean {
  return text.trim() === "" || placeholder.test(text.trim()) || reference.test(text.trim());
}

/**
 * Whether a value under a secret-sounding key looks like a real one: at least eight characters of two classes, not a word, a
 * path, an address, a plain version or a date. A weak password is still a password; a name of one is not.
 */
export function looksSecret(text: string): boolean {
  if (text.length < 8 || text.length > 4096 || isPlaceholder(text) || /\s/.test(text)) return false;
  if (/^([\w-]+\.)+[a-z]{2,}(:\d+)?(\/|$)|^[a-z]+:\/\/|^\.{0,2}\/|^\d{4}-\d\d-\d\d/i.test(text)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  if (classes < 2 || /^[a-z]+([-_./][a-z]+)*$/i.test(text)) return false;
  return (
    entropyOf(text) >= (/\d/.test(text) ? 2.5 : 3.2) &&
    !/^[a-z]+([-_.][a-z0-9]+)*-?[a-z]*$/.test(text.replace(/\d{1,2}$/, ""))
  );
}
