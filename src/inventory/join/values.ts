import { known, unknown } from "../../kernel/fact.ts";
import { nameOfValuesFile } from "../readers/helm-values.ts";
import type { FilePin } from "../reading.ts";
import type { Join, Joining } from "./join.ts";
import { type DeployedValues, deployedValues, type PlacedPin, pinsByFile } from "./values-layers.ts";

/**
 * Brings the layers of a deployment's values together: an image whose repository stands in one layer and whose tag in
 * another gets both, and a tag that a stronger layer overrides in every deployment says what runs instead.
 */
export const mergeValues: Join = (joining) => {
  const changes = new Map<FilePin, Change>();
  for (const values of deployedValues(joining, pinsByFile(joining))) {
    for (const [section, layers] of values.images) collect(section, layers, values, changes);
  }
  for (const [pin, change] of changes) apply(joining, pin, change);
};

interface Change {
  /** What runs, for each deployment; undefined where no layer says. */
  readonly winners: (FilePin | undefined)[];
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
    const change = changes.get(layer.pin) ?? { winners: [], names: new Set() };
    change.winners.push(winner);
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

function apply(joining: Joining, pin: FilePin, { winners, names }: Change): void {
  const [name, ...otherNames] = names;
  const named = name === undefined || otherNames.length > 0 ? pin : { ...pin, name };
  const changed = overridden(named, pin, winners);
  if (changed !== pin) joining.swap(pin, changed);
}

/** The pin with what runs instead, when every deployment overrides it. */
function overridden(named: FilePin, pin: FilePin, winners: readonly (FilePin | undefined)[]): FilePin {
  const [first, ...others] = winners;
  if (first === undefined || winners.some((other) => other === undefined || other === pin)) return named;
  const versions = new Set(winners.map((other) => (other === undefined ? "" : versionOf(other))));
  if (versions.size === 1) {
    if (versionOf(first) === versionOf(pin)) return named;
    const effective = first.effective ?? known(versionOf(first), `${first.file}:${first.line}`);
    return { ...named, state: first.state, effective };
  }
  if (others.some((other) => other?.state !== first.state)) return named;
  const why = `each deployment sets its own: ${[...versions].slice(0, 5).join(", ")}`;
  return { ...named, state: first.state, effective: unknown(why, "read the values of each Application") };
}

function versionOf(pin: FilePin): string {
  return pin.version ?? pin.digest ?? "";
}
