import { allOf } from "../../lines.ts";
import type { Refs } from "./bundle-head.ts";
import type { GitalyStorage } from "./gitaly-storage.ts";
import { headOfList } from "./list-of-refs.ts";

/*
 * `git bundle create` leaves out, without a word, a ref whose whole name may also mean another by the rules for short names
 * (gitrevisions(7), `<refname>`; git bundle.c `write_bundle_refs`, seen with Git 2.39 and 2.47): `refs/heads/main` where somebody
 * pushed `refs/heads/refs/heads/main`.
 */

const rules = [
  (name: string) => `refs/${name}`,
  (name: string) => `refs/tags/${name}`,
  (name: string) => `refs/heads/${name}`,
  (name: string) => `refs/remotes/${name}`,
  (name: string) => `refs/remotes/${name}/HEAD`,
];

/** Whether there is such a ref among them. */
export function isShadowed(refs: Refs): boolean {
  return [...refs.keys()].some((name) => rules.some((rule) => refs.has(rule(name))));
}

/** Whether a bundle's head has a ref beside which one of another name may have been left out. */
export function mayShadow(head: string): boolean {
  return /^[0-9a-f]+ refs\/(?:(?:tags|heads|remotes)\/)?refs\//m.test(head);
}

/** A whole bundle of a repository that has such refs: with a head of all, as they are listed, and a pack of what those lead to. */
export async function* bundleOfAll(storage: GitalyStorage, name: string): AsyncGenerator<Uint8Array> {
  const listed = await allOf(storage.call(name, ["for-each-ref", "--format=%(objectname) %(refname)"]));
  const list = Buffer.concat(listed);
  yield headOfList(`of ${name}`, list);
  const ids = list.toString("latin1").replace(/ .*/g, "");
  yield* storage.pack(name, ids);
}
