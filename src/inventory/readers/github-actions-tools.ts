import { entriesAt, type Node, type Scalar, type Step } from "../../kernel/tree.ts";
import { isRange, type PinState } from "../../kernel/version.ts";
import { type Output, placeOf } from "../reader.ts";

type PathOf = (steps: readonly Step[]) => string;

/** The runners that GitHub hosts, by the release of their system; labels of one's own are no versions. */
const hosted = /^(ubuntu|macos|windows)-(latest|\d[\w.]*)$/;

/** `runs-on`: a text, or a list of labels. */
export function readRunner(node: Node | undefined, steps: readonly Step[], pathOf: PathOf, out: Output): void {
  if (node?.kind === "scalar") addRunner(node, pathOf(steps), out);
  if (node?.kind !== "sequence") return;
  for (const [index, item] of node.items.entries()) {
    if (item.kind === "scalar") addRunner(item, pathOf([...steps, index]), out);
  }
}

function addRunner(label: Scalar, path: string, out: Output): void {
  const [, name, version] = hosted.exec(label.text) ?? [];
  if (name === undefined || version === undefined) return;
  const state = version === "latest" ? "moving" : "pinned";
  out.pin({ kind: "tool", name, version, state, place: [label.end - version.length, label.end], path });
}

/** What a set-up action installs: `python-version: "3.12.4"` of `actions/setup-python`, `version` of `azure/setup-helm`. */
export function readTools(action: string, step: Node, steps: readonly Step[], pathOf: PathOf, out: Output): void {
  const [, setup, installer] =
    /^[^/]+\/(?:(?:setup|install)-([^/@]+)|([^/@]+)-(?:setup|installer?)(?=[/@]|$))/.exec(action) ?? [];
  const tool = setup ?? installer;
  if (tool === undefined) return;
  for (const { key, value } of entriesAt(step, "with")) {
    const named = /^(?:(.+)[-_])?version$/.exec(key.text);
    if (named !== null && value.kind === "scalar")
      addTool(named[1] ?? tool, value, pathOf([...steps, "with", key.text]), out);
  }
}

function addTool(name: string, version: Scalar, path: string, out: Output): void {
  if (version.text === "" || !isOneLine(version)) return;
  const state = version.templated ? "unknown" : stateOfTool(version.text);
  out.pin({ kind: "tool", name, version: version.text, state, place: placeOf(version), path });
}

function isOneLine(scalar: Scalar): boolean {
  return scalar.end - scalar.start === scalar.text.length;
}

/** Set-up actions read `3.12` as the newest 3.12, and a word as an alias that moves. */
function stateOfTool(version: string): PinState {
  if (isRange(version) || /^v?\d+(?:\.\d+)?$/.test(version)) return "range";
  return /^v?\d+\.\d+\.\d+/.test(version) ? "pinned" : "moving";
}
