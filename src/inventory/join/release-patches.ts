import { known } from "../../kernel/fact.ts";
import type { PinState } from "../../kernel/version.ts";
import type { FilePin } from "../reading.ts";
import type { Join, Joining } from "./join.ts";

/** From the least firm to the firmest: a base is as firm as its weakest overlay. */
const weakest: readonly PinState[] = ["missing", "moving", "range", "unknown", "pinned"];

interface Released {
  readonly file: string;
  readonly index: number;
  readonly pin: FilePin;
}

/**
 * A HelmRelease of a base names the chart and leaves the version to patches of the same release in overlays
 * (https://fluxcd.io/flux/guides/repository-structure/): what those write is what runs. They are told by the release's name,
 * and by the chart's where they say it.
 */
export const followReleasePatches: Join = (joining) => {
  const open: (Released & { readonly release: string })[] = [];
  const written = new Map<string, Released[]>();
  for (const { release, ...released } of releasesIn(joining)) {
    if (released.pin.state === "missing") open.push({ ...released, release });
    else if (released.pin.version !== null) written.set(release, [...(written.get(release) ?? []), released]);
  }
  for (const { file, index, pin, release } of open) {
    const patches = (written.get(release) ?? []).filter((other) => [pin.name, release].includes(other.pin.name));
    if (patches.length === 0) continue;
    const state = weakest.find((candidate) => patches.some((patch) => patch.pin.state === candidate)) ?? pin.state;
    const versions = [...new Set(patches.map((patch) => patch.pin.version ?? ""))];
    const by = patches.map((patch) => patch.file).join(", ");
    joining.replace(file, index, { ...pin, state, effective: known(versions.join(", "), by) });
  }
};

function* releasesIn(joining: Joining): Iterable<Released & { readonly release: string }> {
  for (const { file, note } of joining.notes("deployment")) {
    for (const index of note.pins) {
      const pin = joining.pin(file, index);
      if (pin?.kind === "chart" && pin.reader === "flux") yield { file, index, pin, release: note.name };
    }
  }
}
