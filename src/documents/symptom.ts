import type { GuideLine } from "../guides/line.ts";
import type { Rule, Severity, System } from "../systems/contract.ts";

/** Something that people see go wrong, what shows it, and what to do: made from the rules, the probes and the guides. */
export interface Symptom {
  readonly kind: "rule" | "probe" | "guide";
  /** Unique: `rule:pinning-image-latest`, `probe:gitlab:readiness`, `guide:B.120`. */
  readonly id: string;
  /** Under what it is looked for: a rule's group, a probe's system, a guide's section. */
  readonly about: string;
  readonly says: string;
  readonly severity: Severity | undefined;
  readonly why: string;
  readonly toDo: string;
  readonly command: string;
  /** Where that is known from. */
  readonly sources: readonly string[];
}

export interface SymptomSources {
  readonly rules: readonly Rule[];
  readonly systems: readonly System[];
  readonly lines: readonly GuideLine[];
}

/** Everything that is known to go wrong: what is asked of a running platform first, then what stands in files, then the guides. */
export function symptomsOf({ rules, systems, lines }: SymptomSources): readonly Symptom[] {
  return [
    ...systems.flatMap((system) => (system.probes ?? []).map((probe) => ofProbe(system, probe))),
    ...rules.map(ofRule),
    ...lines.filter(({ section }) => section === "Troubleshooting").map(ofLine),
  ];
}

function ofRule({ id, title, group, severity, why, fix, sources }: Rule): Symptom {
  const command = `millwright explain ${id}`;
  return { kind: "rule", id: `rule:${id}`, about: group, says: title, severity, why, toDo: fix, command, sources };
}

type Probe = NonNullable<System["probes"]>[number];

const tells: Readonly<Record<Probe["tells"], string>> = {
  own: "A bad answer is the component's own trouble: it says this without asking another.",
  whole: "A bad answer is the component's trouble, or that of something it needs: look at what it needs first.",
  upkeep: "It works, and something wants to be done before it does not.",
};

const toDo: Readonly<Record<Probe["tells"], string>> = {
  own: "Read the evidence of its last answer, then the component's own log.",
  whole: "See who is unhealthy rather than affected, and begin there; then read the evidence of this answer.",
  upkeep: "Do what the answer's evidence names, as work in a window.",
};

function ofProbe({ id: system, title }: System, probe: Probe): Symptom {
  const needed = Object.entries(probe.credentials ?? {}).map(([name, may]) => ` It carries ${name}: ${may}.`);
  return {
    kind: "probe",
    id: `probe:${system}:${probe.id}`,
    about: title,
    says: `Badly answered: ${probe.title}`,
    severity: undefined,
    why: `${tells[probe.tells]} Asked every ${probe.everySeconds} s.${needed.join("")}`,
    toDo: toDo[probe.tells],
    command: "millwright observation list --state unhealthy",
    sources: [probe.source],
  };
}

function ofLine({ id, section, says, today, typed, correction }: GuideLine): Symptom {
  const corrected = correction === undefined ? "" : ` Where the guide is wrong: ${correction.text}`;
  return {
    kind: "guide",
    id: `guide:${id}`,
    about: section,
    says,
    severity: undefined,
    why: typed === undefined ? `Line ${id} of the guides.${corrected}` : `The guide types: ${typed}.${corrected}`,
    toDo: correction === undefined ? "Look, then decide." : correction.text,
    command: today,
    sources: correction === undefined ? [] : [correction.source],
  };
}
