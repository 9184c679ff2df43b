/** A number with its noun: `1 pin`, `2 pins`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What stands over the findings to begin with. */
export function worstInWords(count: number): string {
  return `The worst ${["none", "one", "two", "three"][count] ?? count}, do this first`;
}
