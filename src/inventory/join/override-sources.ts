import type { Join } from "./join.ts";

/** Gives pins the address of the source they name in another file (Flux's `sourceRef`). */
export const followSources: Join = (joining) => {
  const urls = new Map(joining.notes("source").map(({ note }) => [note.name, note.url]));
  for (const { file, note } of joining.notes("source-use")) {
    const pin = joining.pin(file, note.pin);
    const url = urls.get(note.name) ?? withoutNamespace(urls, note.name);
    if (pin !== undefined && pin.source === null && url !== undefined)
      joining.replace(file, note.pin, { ...pin, source: url });
  }
};

/** A namespace is often set by the Kustomization that includes the file: then one side does not write it. */
function withoutNamespace(urls: ReadonlyMap<string, string>, name: string): string | undefined {
  const [kind = "", namespace = "", own = ""] = name.split("/");
  const found = [...urls].filter(([other]) => {
    const [otherKind, otherNamespace, otherName] = other.split("/");
    return otherKind === kind && otherName === own && (namespace === "" || otherNamespace === "");
  });
  return found.length === 1 ? found[0]?.[1] : undefined;
}
