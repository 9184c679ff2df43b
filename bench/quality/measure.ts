import { rules } from "../../src/cli/rules.ts";
import { type AuditInput, gather, judge } from "../../src/findings/audit.ts";
import { memoryTree } from "../../src/findings/examples.ts";
import { parseInstant } from "../../src/kernel/instant.ts";
import { defaultConfig } from "../../src/platform/config.ts";
import { systems } from "../../src/systems/index.ts";
import { type Claim, findingText, type LabelledTree, pinText } from "./labels.ts";

/** How often something was right: `found` of `expected` labels, and `wrong` that no label asks for. */
export interface Score {
  readonly by: string;
  readonly expected: number;
  readonly found: number;
  readonly wrong: number;
}

interface Disagreement {
  readonly tree: string;
  readonly kind: "missed" | "wrong";
  readonly by: string;
  readonly text: string;
}

export interface Measurement {
  readonly rules: readonly Score[];
  readonly readers: readonly Score[];
  readonly disagreements: readonly Disagreement[];
}

/** What the audit and the inventory say of trees, against their labels. */
export async function measure(trees: readonly LabelledTree[]): Promise<Measurement> {
  const tallies = { rules: new Tally(), readers: new Tally() };
  for (const tree of trees) {
    const said = await saidOf(tree.files);
    tallies.rules.compare(tree.name, tree.findings, said.findings);
    tallies.readers.compare(tree.name, tree.pins, said.pins);
  }
  return {
    rules: tallies.rules.scores(),
    readers: tallies.readers.scores(),
    disagreements: [...tallies.rules.disagreements, ...tallies.readers.disagreements],
  };
}

/** End-of-life dates are judged by one day, so that the figures stay. */
function inputOf(files: LabelledTree["files"]): AuditInput {
  const now = parseInstant("2026-11-20");
  if (now === undefined) throw new Error("the day of judgement is no date");
  return { tree: memoryTree(files), config: defaultConfig, systems, rules: rules(systems), now };
}

/** What must not change when a tree is written differently: the ids of its findings, and its pins without their places. */
export async function essenceOf(files: LabelledTree["files"]): Promise<readonly string[]> {
  const evidence = await gather(inputOf(files));
  const { findings } = judge(evidence, inputOf(files));
  const pins = evidence.facts.pins.map(
    ({ kind, name, version, digest, state }) => `pin ${kind} ${name} ${version ?? digest ?? "-"} ${state}`,
  );
  return [...findings.map(({ id, rule, subject }) => `finding ${id} ${rule} ${subject}`), ...new Set(pins)].sort();
}

/** Findings by place, and pins. */
async function saidOf(files: LabelledTree["files"]): Promise<Pick<LabelledTree, "findings" | "pins">> {
  const evidence = await gather(inputOf(files));
  const { findings } = judge(evidence, inputOf(files));
  const { facts } = evidence;
  return {
    findings: findings.flatMap(({ rule, places }) =>
      places.map(({ file, line }) => ({ by: rule, text: findingText(rule, file, line) })),
    ),
    pins: facts.pins.map((pin) => ({ by: pin.reader, text: pinText(pin) })),
  };
}

class Tally {
  readonly disagreements: Disagreement[] = [];
  readonly #scores = new Map<string, { expected: number; found: number; wrong: number }>();

  compare(tree: string, expected: readonly Claim[], found: readonly Claim[]): void {
    const [wanted, seen] = [expected, found].map((claims) => new Set(claims.map(({ text }) => text)));
    for (const { by, text } of expected) {
      const score = this.#of(by);
      score.expected += 1;
      if (seen?.has(text)) score.found += 1;
      else this.disagreements.push({ tree, kind: "missed", by, text });
    }
    for (const { by, text } of found) {
      if (wanted?.has(text)) continue;
      this.#of(by).wrong += 1;
      this.disagreements.push({ tree, kind: "wrong", by, text });
    }
  }

  scores(): readonly Score[] {
    return [...this.#scores].map(([by, score]) => ({ by, ...score })).sort((a, b) => (a.by < b.by ? -1 : 1));
  }

  #of(by: string): { expected: number; found: number; wrong: number } {
    const known = this.#scores.get(by) ?? { expected: 0, found: 0, wrong: 0 };
    this.#scores.set(by, known);
    return known;
  }
}
