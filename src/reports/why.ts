import type { Audit } from "../findings/audit.ts";
import type { Finding } from "../findings/finding.ts";
import { sentence } from "../kernel/count.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { Component, Pin } from "../platform/pin.ts";
import type { Location } from "../platform/source.ts";
import type { Rule } from "../systems/contract.ts";
import { escapeMarkdown } from "./markup.ts";
import { indented, type Paper, shown, styled } from "./table.ts";

/** What is known of one thing, as lines of term and explanation. */
export interface Answer {
  readonly about: string;
  readonly lines: readonly (readonly [term: string, explanation: string])[];
}

/** The part of a repository that answers need. */
interface Seen {
  readonly pins: readonly Pin[];
  readonly components: readonly Component[];
  readonly platform: PlatformConfig;
}

/** Everything that goes by an id, a name or a place, a whole file and an environment too. Nothing when there is no such thing. */
export function answersFor(id: string, seen: Seen, result: Audit, rules: readonly Rule[]): readonly Answer[] {
  const findings = [...result.findings, ...result.suppressed.map(({ finding }) => finding)];
  const place = id.replace(/^\.\//, "");
  return [
    ...aboutEnvironment(id, seen, findings),
    ...seen.components
      .filter((component) => component.name === id)
      .map((component) => aboutComponent(component, seen, findings)),
    ...findings
      .filter(
        (finding) =>
          [finding.id, finding.subject, finding.rule].includes(id) || finding.places.some((at) => isAt(at, place)),
      )
      .map((finding) => aboutFinding(finding, result, rules)),
    ...result.unknown
      .filter((question) => question.id === id)
      .map(
        (question): Answer => ({
          about: `${question.subject} (${question.rule})`,
          lines: [
            ["not known", question.why],
            ["what tells", question.howToLearn],
          ],
        }),
      ),
    ...seen.pins
      .filter((pin) => pin.id === id || pin.name === id || isAt(pin, place))
      .map((pin) => aboutPin(pin, seen, findings)),
  ];
}

function isAt({ file, line, column }: Location, place: string): boolean {
  return [file, `${file}:${line}`, `${file}:${line}:${column}`].includes(place);
}

/** Why files belong to an environment, and what is there. */
function aboutEnvironment(name: string, seen: Seen, findings: readonly Finding[]): readonly Answer[] {
  const pins = seen.pins.filter(({ environment }) => environment === name);
  const components = seen.components.filter(({ environment }) => environment === name);
  const declared = seen.platform.environments.find((environment) => environment.name === name);
  if (declared === undefined && pins.length === 0 && components.length === 0) return [];
  const files = [...new Set(pins.map(({ file }) => file))];
  const told =
    declared === undefined
      ? "the names of its folders and files; no millwright.yaml declares it"
      : [
          "millwright.yaml",
          ...declared.paths,
          ...(declared.ref === undefined ? [] : [`branch or tag ${declared.ref}`]),
        ].join(", ");
  const worst = findings.filter(({ environment }) => environment === name);
  return [
    {
      about: `environment ${name}`,
      lines: [
        ["told by", told],
        ["components", components.map((component) => component.name).join(", ") || "none"],
        ["files", files.join(", ") || "none that fix a version"],
        ["findings", worst.length === 0 ? "none" : `${worst.length}: ${worst.map(({ id }) => id).join(", ")}`],
      ],
    },
  ];
}

const states: Readonly<Record<Pin["state"], string>> = {
  pinned: "It names one release, so what runs is decided by this file.",
  range: "It names a range: what runs is whatever fits on the day it is rendered.",
  moving: "Its owner can point this name at something else at any time.",
  missing: "No version is written.",
  unknown: "It is filled in from elsewhere, and that place is not in this repository.",
};

function aboutPin(pin: Pin, seen: Seen, findings: readonly Finding[]): Answer {
  const users = seen.components
    .filter((component) => component.pins.includes(pin.id))
    .map((component) => component.name);
  const here = findings.filter((finding) =>
    finding.places.some((place) => place.file === pin.file && place.line === pin.line),
  );
  const { effective } = pin;
  return {
    about: `${pin.kind} ${pin.name} at ${pin.file}:${pin.line}:${pin.column}`,
    lines: [
      ["id", pin.id],
      ["version", pin.version ?? "none written"],
      ["state", `${pin.state}. ${states[pin.state]}`],
      ["seen by", `the ${pin.reader} reader, at ${pin.path}`],
      ...(pin.environment === undefined ? [] : [["environment", pin.environment] as const]),
      ...(effective?.kind === "known" ? [["comes to", `${effective.value}, by ${effective.source}`] as const] : []),
      ...(effective?.kind === "unknown"
        ? [["comes to", `not known: ${sentence(effective.why)} What tells: ${sentence(effective.howToLearn)}`] as const]
        : []),
      ...(users.length === 0 ? [] : [["part of", users.join(", ")] as const]),
      ...here.map((finding) => ["finding", `${finding.id} ${finding.rule}: ${finding.message}`] as const),
    ],
  };
}

function aboutComponent(component: Component, seen: Seen, findings: readonly Finding[]): Answer {
  const pins = seen.pins.filter((pin) => component.pins.includes(pin.id));
  const files = new Set(pins.map((pin) => pin.file));
  const near = findings.filter((finding) => finding.places.some((place) => files.has(place.file)));
  return {
    about: `component ${component.name}`,
    lines: [
      ["system", component.system ?? "not one we know"],
      ["environment", component.environment ?? "not told by its path; name it in millwright.yaml"],
      ["namespace", component.namespace ?? "not written"],
      ["version", component.version ?? "not told by the repository"],
      ...pins.map(
        (pin) =>
          [
            "pinned by",
            `${pin.file}:${pin.line}:${pin.column} ${pin.kind} ${pin.name} ${pin.version ?? "(no version)"}`,
          ] as const,
      ),
      ...near.map((finding) => ["finding", `${finding.id} ${finding.rule}: ${finding.message}`] as const),
    ],
  };
}

function aboutFinding(finding: Finding, result: Audit, rules: readonly Rule[]): Answer {
  const rule = rules.find((candidate) => candidate.id === finding.rule);
  const decision = result.suppressed.find((entry) => entry.finding.id === finding.id)?.suppression;
  return {
    about: `${finding.severity} ${finding.subject} (${finding.rule})`,
    lines: [
      ["id", finding.id],
      ["found", finding.message],
      ["why", rule?.why ?? finding.title],
      ["do", finding.fix],
      ...finding.places.map((place) => ["at", `${place.file}:${place.line}:${place.column}`] as const),
      ...(rule?.sources ?? []).map((source) => ["known from", source] as const),
      ...(decision === undefined ? [] : [["suppressed", `until ${decision.until}: ${decision.reason}`] as const]),
    ],
  };
}

/** Answers for the terminal. */
export function whyAsText(answers: readonly Answer[], paper: Paper): string {
  return answers
    .map(({ about, lines }) => {
      const body = lines.map(([term, text]) => indented(paper, shown(text), " ".repeat(15), `  ${term.padEnd(13)}`));
      return [styled(paper, "bold", shown(about)), ...body, ""].join("\n");
    })
    .join("\n");
}

/** Answers as a document. */
export function whyAsMarkdown(answers: readonly Answer[]): string {
  return answers
    .map(({ about, lines }) =>
      [
        `## ${escapeMarkdown(about)}`,
        "",
        ...lines.map(([term, text]) => `- **${term}:** ${escapeMarkdown(text)}`),
        "",
      ].join("\n"),
    )
    .join("\n");
}
