/** Things whose title has the letters in that order, those that begin with them first. */
export function matching<T extends { readonly title: string }>(things: readonly T[], text: string): readonly T[] {
  const asked = text.trim().toLowerCase();
  const fits = things.filter(({ title }) => holds(title.toLowerCase(), asked));
  return fits.toSorted((a, b) => Number(begins(b, asked)) - Number(begins(a, asked)));
}

function begins({ title }: { readonly title: string }, asked: string): boolean {
  return title.toLowerCase().startsWith(asked);
}

function holds(title: string, asked: string): boolean {
  let place = 0;
  for (const letter of title) if (letter === asked[place]) place += 1;
  return place === asked.length;
}
