/** The first of what comes, in an order, and how many came; no more than twice as many are held. */
export class Firsts<T> {
  readonly #most: number;
  readonly #order: (a: T, b: T) => number;
  #held: T[] = [];
  count = 0;

  constructor(most: number, order: (a: T, b: T) => number) {
    this.#most = most;
    this.#order = order;
  }

  add(one: T): void {
    this.count += 1;
    this.#held.push(one);
    if (this.#held.length === this.#most * 2) this.#held = [...this.first];
  }

  get first(): readonly T[] {
    return this.#held.toSorted(this.#order).slice(0, this.#most);
  }
}

/** By the letters' numbers, as names are sorted where nothing else is said. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
