import { posix } from "node:path";
import { known } from "../../kernel/fact.ts";
import type { FilePin } from "../reading.ts";
import type { Join } from "./join.ts";

const locks: Readonly<Record<string, string>> = {
  "Chart.yaml": "Chart.lock",
  "Chart.yml": "Chart.lock",
  "requirements.yaml": "requirements.lock",
};

/** A range in `Chart.yaml` installs what `Chart.lock` says, by `helm dependency build`, which Argo CD runs. */
export const followChartLocks: Join = (joining) => {
  const locked = new Map<string, FilePin>();
  const pins = [...joining.pins()].filter(({ pin }) => pin.reader === "helm-chart");
  for (const { pin } of pins) if (pin.file.endsWith(".lock")) locked.set(keyOf(pin.file, pin), pin);
  for (const { pin } of pins) {
    const lock = locks[posix.basename(pin.file)];
    if (lock === undefined || pin.state === "pinned") continue;
    const exact = locked.get(keyOf(posix.join(posix.dirname(pin.file), lock), pin));
    if (exact === undefined || exact.version === null) continue;
    const effective = known(exact.version, `${exact.file}:${exact.line}`);
    joining.swap(pin, { ...pin, state: exact.state, effective });
  }
};

/** One chart may be a dependency twice under aliases; its position in the list tells them apart in both files. */
function keyOf(file: string, pin: FilePin): string {
  return `${file}\n${pin.name}\n${pin.path}`;
}
