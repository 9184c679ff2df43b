/** A number with its noun: `1 pin`, `2 pins`, `3 repositories`. `many` is for nouns that the rule does not know. */
export function counted(count: number, one: string, many = plural(one)): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The plural of a noun, or of a phrase that ends in one: `repositories`, `branches`, `proven sets`. */
export function plural(one: string): string {
  if (/[^aeiou]y$/.test(one)) return `${one.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(one) ? `${one}es` : `${one}s`;
}

/** `text` as a sentence that another may follow: with a full stop unless it ends in one, or in another mark that ends one. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed === "" || /[.!?:…]["'”’)]*$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
