/** A binary heap by due time: push and pop in logarithmic time. Equal times leave in any order. */
export class DueHeap<T> {
  readonly #entries: { readonly due: number; readonly item: T }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** When the next one is due; undefined when there is none. */
  get nextDue(): number | undefined {
    return this.#entries[0]?.due;
  }

  push(due: number, item: T): void {
    const entries = this.#entries;
    entries.push({ due, item });
    let at = entries.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#due(parent) <= this.#due(at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): { readonly due: number; readonly item: T } | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (entries.length === 0 || last === undefined) return first;
    entries[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= entries.length) return first;
      const child = left + 1 < entries.length && this.#due(left + 1) < this.#due(left) ? left + 1 : left;
      if (this.#due(at) <= this.#due(child)) return first;
      this.#swap(at, child);
      at = child;
    }
  }

  #due(at: number): number {
    return this.#entries[at]?.due ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#entries[a], this.#entries[b]];
    if (first === undefined || second === undefined) return;
    this.#entries[a] = second;
    this.#entries[b] = first;
  }
}
