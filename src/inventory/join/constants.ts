import { known } from "../../kernel/fact.ts";
import { type PinState, stateOfChart, stateOfConstraint, stateOfGit, stateOfImage } from "../../kernel/version.ts";
import type { PinKind } from "../../platform/pin.ts";
import { splitImage } from "../image.ts";
import { lockPrefix } from "../readers/terraform-settings.ts";
import type { FilePin } from "../reading.ts";
import { type Meaning, Names } from "./constants-names.ts";
import type { Join, Joining } from "./join.ts";

/**
 * Follows references to constants of Terraform. A version that one constant holds whole is pinned there: the pin moves to the
 * constant, once for each constant and name. A composed one stays and gets what it comes to.
 */
export const followConstants: Join = (joining) => {
  lockProviders(joining);
  const references = joining.notes("reference");
  if (references.length === 0) return;
  const constants = joining.notes("constant");
  const names = new Names(constants, references);
  const places = new Places(joining, new Set([...constants, ...references].map(({ file }) => file)));
  for (const { file, note } of references) {
    const pin = joining.pin(file, note.pin);
    if (pin === undefined) continue;
    for (const [index, found] of follow(pin, note, names).entries()) {
      if (index === 0) places.replace(file, note.pin, found);
      else places.add(file, found);
    }
  }
};

/** The pins of files with constants or references, so that a place seen twice under one name stays one pin. */
class Places {
  readonly #joining: Joining;
  readonly #byPlace = new Map<string, FilePin>();
  readonly #ends = new Map<string, number>();

  constructor(joining: Joining, files: ReadonlySet<string>) {
    this.#joining = joining;
    for (const { pin, file, index } of joining.pins()) {
      if (files.has(pin.file)) this.#byPlace.set(placeKey(pin), pin);
      this.#ends.set(file, Math.max(index + 1, this.#ends.get(file) ?? 0));
    }
  }

  /** Puts `pin` where the file's pin of that number was: what deploys the one deploys the other. */
  replace(file: string, index: number, pin: FilePin): void {
    const key = placeKey(pin);
    const seen = this.#byPlace.get(key);
    const winner = seen === undefined || seen === this.#joining.pin(file, index) ? pin : seen;
    this.#byPlace.set(key, winner);
    this.#joining.replace(file, index, winner);
  }

  /** Puts `pin` behind the pins of a file. */
  add(file: string, pin: FilePin): void {
    if (this.#byPlace.has(placeKey(pin))) return;
    const end = this.#ends.get(file) ?? 0;
    this.#ends.set(file, end + 1);
    this.replace(file, end, pin);
  }
}

function placeKey(pin: FilePin): string {
  return [pin.file, pin.range.join("-"), pin.kind, pin.name].join("\u{0}");
}

/** What the pin becomes; nothing when its expression does not lead to constants. */
function follow(
  pin: FilePin,
  note: { readonly folder: string; readonly expression: string },
  names: Names,
): readonly FilePin[] {
  const named = withName(pin, note.folder, names);
  const meanings = names.meaningsOf(note.expression, note.folder);
  if (meanings.length === 0) return named === pin ? [] : [named];
  const isWholeImage = pin.kind === "image" && pin.name === pin.version;
  return meanings.flatMap((meaning) => (isWholeImage ? imageOf(pin, meaning) : [versionOf(named, meaning)]));
}

/** A name, or where its releases come from, may be an expression too. */
function withName(pin: FilePin, folder: string, names: Names): FilePin {
  const name = only(pin.name, folder, names);
  const source = pin.source === null ? undefined : only(pin.source, folder, names);
  if (name === undefined && source === undefined) return pin;
  return { ...pin, name: name ?? pin.name, source: source ?? pin.source };
}

function only(text: string, folder: string, names: Names): string | undefined {
  const template = /^(?:var|local)\.[\w.-]+$/.test(text) ? `\${${text}}` : text;
  const meanings = new Set(names.meaningsOf(template, folder).map(({ value }) => value));
  const [value] = meanings;
  return meanings.size === 1 ? value : undefined;
}

function versionOf(pin: FilePin, { value, from, constant }: Meaning): FilePin {
  const state = stateOf(pin.kind, value, pin.digest);
  if (constant === undefined) return { ...pin, state, effective: known(value, from) };
  return { ...pin, file: constant.file, ...constant.place, path: constant.path, version: value, state };
}

/** The variable holds the whole reference: the version is a part of its text. */
function imageOf(pin: FilePin, { value, from, constant }: Meaning): readonly FilePin[] {
  const image = splitImage(value);
  if (image.name === "" || /\s/.test(value)) return [];
  const parts = { name: image.name, digest: image.digest ?? null, source: image.registry ?? null };
  const state = stateOfImage(image.tag, image.digest);
  if (constant === undefined) {
    return [{ ...pin, ...parts, state, ...(image.tag === undefined ? {} : { effective: known(image.tag, from) }) }];
  }
  const { line, column, range } = constant.place;
  const before = value.slice(0, image.tagStart);
  const start = range[0] + Buffer.byteLength(before);
  const written = { ...pin, ...parts, state, file: constant.file, path: constant.path, line };
  if (image.tag === undefined) return [{ ...written, column, range, version: null }];
  return [
    {
      ...written,
      version: image.tag,
      column: column + Array.from(before).length,
      range: [start, start + Buffer.byteLength(image.tag)],
    },
  ];
}

/** The judgement that fits what is pinned. */
function stateOf(kind: PinKind, version: string | undefined, digest?: string | null): PinState {
  switch (kind) {
    case "image":
      return stateOfImage(version, digest ?? undefined);
    case "chart":
      return stateOfChart(version);
    case "git":
    case "action":
      return stateOfGit(version);
    case "module":
    case "provider":
    case "tool":
    case "package":
      return stateOfConstraint(version);
  }
}

/** A constraint says what may be installed, the lock file beside it what is. */
function lockProviders(joining: Joining): void {
  const locked = new Map(
    joining
      .notes("constant")
      .filter(({ note }) => note.name.startsWith(lockPrefix))
      .map((entry) => [`${entry.note.folder}\u{0}${entry.note.name.slice(lockPrefix.length)}`, entry]),
  );
  if (locked.size === 0) return;
  for (const { pin } of joining.pins()) {
    if (pin.kind !== "provider") continue;
    const folder = pin.file.includes("/") ? pin.file.slice(0, pin.file.lastIndexOf("/")) : "";
    const entry = locked.get(`${folder}\u{0}${pin.name}`);
    if (entry === undefined || entry.note.value === pin.version) continue;
    joining.swap(pin, {
      ...pin,
      effective: known(entry.note.value, `${entry.file}:${entry.note.place.line}`),
    });
  }
}
