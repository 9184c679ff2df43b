/** What `work` makes of each, in their order; up to so many are worked on at once. */
export async function* ahead<From, To>(
  source: AsyncIterable<From>,
  atOnce: number,
  work: (one: From) => Promise<To>,
): AsyncGenerator<To> {
  const begun: Promise<To>[] = [];
  for await (const one of source) {
    const made = work(one);
    made.catch(() => undefined); // it is thrown when its turn comes
    begun.push(made);
    const first = begun.length < atOnce ? undefined : begun.shift();
    if (first !== undefined) yield await first;
  }
  for (const made of begun) yield await made;
}
