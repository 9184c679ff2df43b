type Follower = (added: string) => void;

/** Logs by `namespace/pod` or `namespace/pod/container`; `…/previous` behind for the container before its last restart. */
export class LogBook extends Map<string, string> {
  readonly #followers = new Map<string, Set<Follower>>();

  append(key: string, text: string): void {
    this.set(key, (this.get(key) ?? "") + text);
  }

  override set(key: string, text: string): this {
    const before = this.get(key) ?? "";
    super.set(key, text);
    const added = text.startsWith(before) ? text.slice(before.length) : text;
    for (const follower of this.#followers.get(key) ?? []) follower(added);
    return this;
  }

  follow(key: string, follower: Follower): () => void {
    const followers = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, followers.add(follower));
    return () => void followers.delete(follower);
  }

  /** Under which key a container's log lies: its own, else its pod's. */
  keyOf(namespace: string, pod: string, container: string | undefined): string {
    const own = `${namespace}/${pod}/${container ?? ""}`;
    return container !== undefined && this.has(own) ? own : `${namespace}/${pod}`;
  }
}

/** The end of a log, as `tailLines` and `limitBytes` ask for it. */
export function shownOf(text: string, query: URLSearchParams): string {
  const tail = Number(query.get("tailLines") ?? -1);
  const lines = text.split("\n");
  const cut =
    tail < 0 ? text : lines.slice(Math.max(0, lines.length - tail - (text.endsWith("\n") ? 1 : 0))).join("\n");
  const limit = Number(query.get("limitBytes") ?? 0);
  return limit === 0 ? cut : Buffer.from(cut).subarray(-limit).toString("utf8");
}
