import { posix } from "node:path";
import { findValueFile } from "../readers/argocd-files.ts";
import type { FilePin } from "../reading.ts";
import type { FileNote, Joining } from "./join.ts";

/** A pin with its number in its file. */
export interface PlacedPin {
  readonly pin: FilePin;
  readonly index: number;
}

/** A deployment and the images in its values. */
export interface DeployedValues {
  readonly file: string;
  readonly deployment: FileNote<"deployment">["note"];
  /** The values files that are in this repository and name images, the strongest first. */
  readonly valueFiles: readonly string[];
  /** The chart, where it lies in this repository. */
  readonly chart: FileNote<"chart">["note"] | undefined;
  /** Images by the place in the values that they have; the strongest layer first. */
  readonly images: ReadonlyMap<string, readonly PlacedPin[]>;
}

/** The pins of a repository by file. */
export type PinsByFile = ReadonlyMap<string, readonly PlacedPin[]>;

export function pinsByFile(joining: Joining): PinsByFile {
  const byFile = new Map<string, PlacedPin[]>();
  let file: string | undefined;
  let pins: PlacedPin[] = [];
  for (const placed of joining.pins()) {
    // A file's pins come one after the other, nearly always.
    if (placed.pin.file !== file) {
      file = placed.pin.file;
      pins = byFile.get(file) ?? [];
      byFile.set(file, pins);
    }
    pins.push(placed);
  }
  return byFile;
}

/**
 * What each deployment's values say of images, in the order of strength: written in the deployment itself, then its values
 * files from the last to the first, then the values of a chart in this repository.
 */
export function deployedValues(joining: Joining, byFile: PinsByFile): readonly DeployedValues[] {
  const charts = new Map(joining.notes("chart").map(({ note }) => [note.folder, note]));
  return joining.notes("deployment").map(({ file, note }) => {
    const own = note.pins.flatMap((index) => {
      const pin = joining.pin(file, index);
      return pin === undefined ? [] : [{ pin, index }];
    });
    const chart = charts.get(posix.normalize(note.repositoryPath ?? "?").replace(/\/$/, ""));
    const valueFiles = valueFilesOf(file, note, byFile);
    const layers = [own, ...valueFiles.map((path) => byFile.get(path) ?? [])];
    if (chart !== undefined) layers.push(byFile.get(posix.join(chart.folder, "values.yaml")) ?? []);
    return { file, deployment: note, valueFiles, chart, images: imagesOf(layers, parametersOf(file, note, joining)) };
  });
}

function valueFilesOf(file: string, note: FileNote<"deployment">["note"], byFile: PinsByFile): readonly string[] {
  const found = note.valueFiles.flatMap((path) => findValueFile(path, file, (name) => byFile.has(name)) ?? []);
  return found.toReversed();
}

function parametersOf(
  file: string,
  { parameters = {} }: FileNote<"deployment">["note"],
  joining: Joining,
): Map<string, PlacedPin[]> {
  const found = new Map<string, PlacedPin[]>();
  for (const [section, index] of Object.entries(parameters)) {
    const pin = joining.pin(file, index);
    if (pin !== undefined) found.set(section, [{ pin, index }]);
  }
  return found;
}

function imagesOf(
  layers: readonly (readonly PlacedPin[])[],
  images: Map<string, PlacedPin[]>,
): ReadonlyMap<string, readonly PlacedPin[]> {
  for (const placed of layers.flat()) {
    if (placed.pin.kind !== "image") continue;
    const section = sectionOf(placed.pin);
    if (section === undefined) continue;
    const known = images.get(section) ?? [];
    if (!known.some(({ pin }) => pin === placed.pin)) known.push(placed);
    images.set(section, known);
  }
  return images;
}

const rootOfValues =
  /^(?:#\d+\.)?(?:.*\.helm\.(?:valuesObject|values)\.|(?:.*\.)?spec\.values\.|resource\..*\.values(?:\[\d+\])?\.)?/;

/** The section of the values that holds an image's parts: `server.image`; undefined where it is written as one text. */
export function sectionOf({ path }: FilePin): string | undefined {
  if (!path.endsWith(".tag") && !path.endsWith(".repository")) return undefined;
  return /^(.*)\.(?:tag|repository)$/.exec(path.replace(rootOfValues, ""))?.[1];
}
