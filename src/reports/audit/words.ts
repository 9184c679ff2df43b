/** What stands over the findings to begin with. */
export function worstInWords(count: number): string {
  return `The worst ${["none", "one", "two", "three"][count] ?? count}, do this first`;
}
