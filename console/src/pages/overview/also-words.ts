const nouns: readonly (readonly [start: string, noun: string])[] = [
  ["/incidents/", "incident"],
  ["/findings", "finding"],
  ["/work/", "work order"],
  ["/runs/", "run"],
];

/** What else the same event shows itself as: its kind, and its title where that is another. */
export function alsoWords(also: { readonly title: string; readonly route: string }, title: string): string {
  const noun = nouns.find(([start]) => also.route.startsWith(start))?.[1];
  if (noun === undefined || also.title.toLowerCase().startsWith(noun)) return also.title;
  return also.title === title ? `its ${noun}` : `${noun} “${also.title}”`;
}
