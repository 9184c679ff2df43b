/** Vite's list of what it built: source → file, with what each imports at once. */
export type Manifest = Readonly<
  Record<string, { readonly file: string; readonly imports?: readonly string[]; readonly css?: readonly string[] }>
>;

/** The files that come with an entry at once, each named once; what is fetched later by `import()` is not among them. */
export function firstLoad(manifest: Manifest, entry: string): readonly string[] {
  if (manifest[entry] === undefined) throw new Error(`the build has no entry ${entry}`);
  const files = new Set<string>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const one = manifest[name];
    if (one === undefined || visited.has(name)) return;
    visited.add(name);
    files.add(one.file);
    for (const css of one.css ?? []) files.add(css);
    for (const next of one.imports ?? []) visit(next);
  };
  visit(entry);
  return [...files];
}
