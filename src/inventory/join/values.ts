import { known } from "../../kernel/fact.ts";
import { nameOfValuesFile } from "../readers/helm-values.ts";
import type { FilePin } from "../reading.ts";
import type { Join, Joining } from "./join.ts";
import { type DeployedValues, deployedValues, type PlacedPin, pinsByFile } from "./values-layers.ts";

/**
 * Brings the layers of a deployment's values together: an image whose repository stands in one layer and whose tag in
 * another gets both, and a tag that a stronger layer overrides says what runs instead. Where deployments differ in what
 * they make of one pin, it stays as it is.
 */
export const mergeValues: Join = (joining) => {
  const changes = new Map<FilePin, Change>();
  for (const values of deployedValues(joining, pinsByFile(joining))) {
    for (const [section, layers] of values.images) collect(section, layers, values, changes);
  }
  for (const [pin, change] of changes) apply(joining, pin, change);
};

interface Change {
  readonly index: number;
  /** What runs, for each deployment. */
  readonly winners: FilePin[];
  /** What the image is called, where this layer does not say. */
  readonly names: Set<string>;
}

function collect(
  section: string,
  layers: readonly PlacedPin[],
  values: DeployedValues,
  changes: Map<FilePin, Change>,
): void {
  const winner = layers.find(({ pin }) => isVersioned(pin))?.pin;
  const derived = derivedName(section, values);
  const isDerived = ({ pin }: PlacedPin): boolean =>
    pin.name === derived || pin.name === section || (section === "image" && pin.name === nameOfValuesFile(pin.file));
  const name = layers.find((layer) => !isDerived(layer))?.pin.name ?? derived;
  for (const layer of layers) {
    const change = changes.get(layer.pin) ?? { index: layer.index, winners: [], names: new Set() };
    if (winner !== undefined) change.winners.push(winner);
    if (isDerived(layer)) change.names.add(name);
    changes.set(layer.pin, change);
  }
}

/** What readers call an image of which only the tag is written: the section above, or its key. */
function derivedName(section: string, values: DeployedValues): string {
  const words = section.split(".");
  return words.at(-2) ?? (words.at(-1) === "image" ? values.deployment.chart : undefined) ?? words.at(-1) ?? section;
}

function isVersioned(pin: FilePin): boolean {
  return pin.version !== null || pin.digest !== null;
}

function apply(joining: Joining, pin: FilePin, { index, winners, names }: Change): void {
  const [name, ...otherNames] = names;
  const [winner] = winners;
  const agreed = winner !== undefined && winners.every((other) => versionOf(other) === versionOf(winner));
  const named = name === undefined || otherNames.length > 0 ? pin : { ...pin, name };
  if (!agreed || winner === pin || versionOf(winner) === versionOf(pin)) {
    if (named !== pin) joining.replace(pin.file, index, named);
    return;
  }
  const effective = winner.effective ?? known(versionOf(winner), `${winner.file}:${winner.line}`);
  joining.replace(pin.file, index, { ...named, state: winner.state, effective });
}

function versionOf(pin: FilePin): string {
  return pin.version ?? pin.digest ?? "";
}
