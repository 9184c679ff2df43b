import type { PinState } from "../../kernel/version.ts";
import type { FilePin } from "../reading.ts";
import type { Joining } from "./join.ts";

/** What an override makes of an image. */
export interface Change {
  readonly name: string;
  readonly version: string | undefined;
  readonly digest: string | undefined;
  readonly state: PinState;
  /** The file that says so. */
  readonly by: string;
}

/** A manifest's image below a kustomization; `change` is undefined while nothing overrides it. */
export interface Overridden {
  readonly file: string;
  readonly index: number;
  readonly change: Change | undefined;
}

interface Override extends Change {
  readonly image: string;
}

interface Kustomization {
  readonly resources: string[];
  readonly overrides: Override[];
}

/** Kustomize changes images in these lists only (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/). */
const changed = /(?:^|\.)(?:containers|initContainers|ephemeralContainers)\[\d+\]\.image$/;

/** The kustomizations of a repository by folder, and what each includes. */
export class KustomizeGraph {
  readonly #byFolder = new Map<string, Kustomization>();
  readonly #imagesByFile = new Map<string, readonly { readonly pin: FilePin; readonly index: number }[]>();
  /** All that stand below a folder, however deep. */
  readonly #imagesByFolder = new Map<string, { readonly pin: FilePin; readonly index: number }[]>();
  readonly #resolved = new Map<string, readonly Overridden[]>();
  readonly #deployed: ReadonlySet<string>;

  constructor(joining: Joining) {
    for (const { note } of joining.notes("kustomization")) this.#at(note.folder).resources.push(...note.resources);
    for (const { file, note } of joining.notes("image-override")) {
      const pin = joining.pin(file, note.pin);
      if (pin === undefined) continue;
      const { version, digest, state } = pin;
      this.#at(note.folder).overrides.push({
        image: note.image,
        name: note.newName ?? note.image,
        version: version ?? undefined,
        digest: digest ?? undefined,
        state,
        by: file,
      });
    }
    this.#deployed = new Set(
      joining
        .notes("deployment")
        .flatMap(({ note }) => (note.repositoryPath === undefined ? [] : [note.repositoryPath.replace(/\/+$/, "")])),
    );
    if (!this.isEmpty) this.#collectImages(joining);
  }

  get isEmpty(): boolean {
    return ![...this.#byFolder.values()].some(({ overrides }) => overrides.length > 0);
  }

  /** Folders that no other kustomization includes, and those that something deploys by themselves. */
  outermost(): readonly string[] {
    const included = new Set([...this.#byFolder.values()].flatMap(({ resources }) => resources));
    return [...this.#byFolder.keys()].filter((folder) => !included.has(folder) || this.#deployed.has(folder));
  }

  /** The images below a kustomization, after its own overrides and those of what it includes, innermost first. */
  resolve(folder: string): readonly Overridden[] {
    const known = this.#resolved.get(folder);
    if (known !== undefined) return known;
    this.#resolved.set(folder, []); // A kustomization that includes itself ends here.
    const { resources = [], overrides = [] } = this.#byFolder.get(folder) ?? {};
    const below = new Map<string, Overridden>();
    for (const resource of resources) {
      for (const image of this.#imagesIn(resource)) below.set(`${image.file}\n${image.index}`, image);
    }
    const resolved = [...below.values()].map((image) => this.#apply(overrides, image));
    this.#resolved.set(folder, resolved);
    return resolved;
  }

  #apply(overrides: readonly Override[], image: Overridden): Overridden {
    let { change } = image;
    const own = this.#imagesByFile.get(image.file)?.find(({ index }) => index === image.index)?.pin.name;
    for (const override of overrides) {
      if (override.image === (change?.name ?? own)) change = override;
    }
    return { ...image, change };
  }

  /** A kustomization's folder, a file, or (Flux) a folder without one, of which every manifest is applied. */
  #imagesIn(resource: string): readonly Overridden[] {
    if (this.#byFolder.has(resource)) return this.resolve(resource);
    const found = this.#imagesByFile.get(resource);
    if (found !== undefined) return found.map(({ pin, index }) => ({ file: pin.file, index, change: undefined }));
    return (this.#imagesByFolder.get(resource) ?? []).map(({ pin, index }) => ({
      file: pin.file,
      index,
      change: undefined,
    }));
  }

  #collectImages(joining: Joining): void {
    const byFile = new Map<string, { readonly pin: FilePin; readonly index: number }[]>();
    for (const { pin, file, index } of joining.pins()) {
      if (pin.kind !== "image" || file !== pin.file || !changed.test(pin.path)) continue;
      const images = byFile.get(pin.file) ?? [];
      images.push({ pin, index });
      byFile.set(pin.file, images);
    }
    for (const [file, images] of byFile) {
      this.#imagesByFile.set(file, images);
      for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
        const folder = file.slice(0, end);
        const below = this.#imagesByFolder.get(folder) ?? [];
        for (const image of images) below.push(image);
        this.#imagesByFolder.set(folder, below);
      }
    }
  }

  #at(folder: string): Kustomization {
    const known = this.#byFolder.get(folder) ?? { resources: [], overrides: [] };
    this.#byFolder.set(folder, known);
    return known;
  }
}
