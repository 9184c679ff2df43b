import { itemsAt, type Scalar, type Step } from "../../kernel/tree.ts";
import { isRange, type PinState } from "../../kernel/version.ts";
import type { SourceFile } from "../../platform/source.ts";
import { type Output, type PinDraft, pathIn } from "../reader.ts";
import { requirementDraft } from "./python-requirement.ts";

/** A conda environment, also the `conda.yaml` and `python_env.yaml` that MLflow keeps with a model. */
export function readConda(file: SourceFile, out: Output): void {
  for (const document of file.documents) {
    const pathOf = (steps: readonly Step[]): string => pathIn(document, steps);
    itemsAt(document.root, "dependencies").forEach((item, index) => {
      if (item.kind === "scalar") {
        const draft = isOneLine(item) ? dependencyDraft(file, item, pathOf(["dependencies", index])) : undefined;
        if (draft !== undefined) out.pin(draft);
        return;
      }
      itemsAt(item, "pip").forEach((requirement, below) => {
        if (requirement.kind !== "scalar" || !isOneLine(requirement)) return;
        const path = pathOf(["dependencies", index, "pip", below]);
        const draft = requirementDraft(requirement.text, requirement.start, () => path);
        if (draft !== undefined) out.pin(draft);
      });
    });
  }
}

function isOneLine(scalar: Scalar): boolean {
  return scalar.end - scalar.start === scalar.text.length;
}

/** `python_env.yaml` lists what pip takes, an environment what conda takes: `name=1.2`, `channel::name=1.2=build`. */
function dependencyDraft(file: SourceFile, scalar: Scalar, path: string): PinDraft | undefined {
  if (/(^|\/)python_env\.ya?ml$/.test(file.path)) return requirementDraft(scalar.text, scalar.start, () => path);
  const found = /^((?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)\s*)(.*)$/.exec(scalar.text);
  const [, lead = "", name, rest = ""] = found ?? [];
  if (name === undefined || installer.test(scalar.text)) return undefined;
  const draft = { kind: name === "python" ? "tool" : "package", name, path } as const;
  if (rest === "") return { ...draft, version: undefined, state: "missing", place: [scalar.start, scalar.end] };
  const version = versionIn(rest, scalar.start + lead.length);
  return version === undefined ? undefined : { ...draft, ...version };
}

function versionIn(rest: string, at: number): Pick<PinDraft, "version" | "state" | "place"> | undefined {
  const operator = /^={1,2}\s*|^(?=[<>!~])/.exec(rest)?.[0];
  if (operator === undefined) return undefined;
  const [version = "", build] = /[<>!~]/.test(rest) ? [rest] : rest.slice(operator.length).split("=", 2);
  const start = at + operator.length;
  const state = stateOf(version, operator.startsWith("==") || build !== undefined);
  return { version, state, place: [start, start + version.length] };
}

/** What installs the others. */
const installer = /^(?:pip|setuptools|wheel)$/;

/** One `=` is a prefix: `3.11` is any 3.11 (https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html). */
function stateOf(version: string, exact: boolean): PinState {
  if (isRange(version)) return "range";
  return exact || /^\d+\.\d+\.\d+/.test(version) ? "pinned" : "range";
}
