import type { Instant } from "../kernel/instant.ts";
import { escapeMarkdown, markdownCode } from "../reports/markup.ts";
import type { Outward } from "./outward.ts";
import type { Right } from "./rights.ts";
import type { Security } from "./security.ts";
import type { Showing } from "./showing.ts";
import type { Symptom } from "./symptom.ts";

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const text = escapeMarkdown;
const code = markdownCode;

/** `TROUBLESHOOTING.md`: symptom → what shows it → what to do. `showing`: of a running server; what shows now stands first. */
export function troubleshootingMarkdown(
  symptoms: readonly Symptom[],
  running?: { readonly at: Instant; readonly showing: ReadonlyMap<string, Showing> },
): string {
  const now = running === undefined ? [] : showingRows(symptoms, running.showing);
  return `${[
    "# Troubleshooting",
    "What can go wrong, what shows it, and what to do: generated from the probes, the rules and the guides' own lines. `millwright document troubleshooting` shows the same of a running server, with what shows now.",
    ...(running === undefined
      ? []
      : [
          "## What shows now",
          now.length === 0
            ? `Nothing, as of ${running.at}, as far as was looked.`
            : `As of ${running.at}:\n\n${table(["Symptom", "Where", "What to do"], now)}`,
        ]),
    ...sectionsOf(symptoms).flatMap(([title, members]) => [
      `## ${title}`,
      table(
        ["Symptom", "Severity", "Why it matters", "What to do", "Command"],
        members.map(({ about, says, severity, why, toDo, command }) => [
          `${text(says)} (${text(about)})`,
          severity ?? "",
          text(why),
          text(toDo),
          code(command),
        ]),
      ),
    ]),
  ].join("\n\n")}\n`;
}

function showingRows(symptoms: readonly Symptom[], showing: ReadonlyMap<string, Showing>) {
  return symptoms.flatMap(({ id, says, toDo }) => {
    const here = showing.get(id);
    if (here === undefined) return [];
    const more = here.count > 1 ? ` and ${here.count - 1} more` : "";
    return [[text(says), text(`${here.where}${more}`), text(toDo)]];
  });
}

function sectionsOf(symptoms: readonly Symptom[]): readonly (readonly [string, readonly Symptom[]])[] {
  const titles = { probe: "A component answers badly", rule: "A rule finds something", guide: "By the guides" };
  return (["probe", "rule", "guide"] as const).map(
    (kind) => [titles[kind], symptoms.filter((one) => one.kind === kind)] as const,
  );
}

/** What of `SECURITY.md` holds for every server. */
export function securityRules(rights: readonly Right[], outward: readonly Outward[]): string {
  return [
    "## Who may do what",
    "A role is held in an environment, or in all; each may do what those before it may. Approvals need a second person: nobody agrees to what they asked for.",
    table(
      ["Role", "What it is for", "What it may do that changes something"],
      rights.map(({ role, says, verbs }) => [
        role,
        text(says),
        verbs.map(({ cli }) => code(cli)).join(", ") || "nothing",
      ]),
    ),
    "## What leaves the machine",
    "Only what is in this list, and only once it is configured. No usage figures, no reports of faults, no fonts or scripts from elsewhere. Secrets are named by where they are (`env:`, `file:`, `store:`, `kubernetes:`) and are in no log, answer or page.",
    table(
      ["To", "What is sent", "Setting", "Changes something there"],
      outward.map(({ to, sends, setting, writes }) => [text(to), text(sends), code(setting), writes]),
    ),
  ].join("\n\n");
}

/** `SECURITY.md` of a running server. */
export function securityMarkdown(security: Security): string {
  const { at, mode, rights, own, writers, unseen, exposed, cadences, outward } = security;
  return `${[
    "# Security",
    `As of ${at}, of what the reader may see. This server is in mode ${mode}. \`millwright document security\` shows it as it is now.`,
    "## What lies open",
    exposed.length === 0
      ? "No secret in clear, no certificate that ends, no software past its end, as far as was looked."
      : table(
          ["Severity", "What", "Where", "Since"],
          exposed.map((one) => [
            one.severity,
            `${text(one.title)}: ${text(one.message)}`,
            text(`${one.subject}${one.environment === null ? "" : ` in ${one.environment}`}`),
            one.since.slice(0, 10),
          ]),
        ),
    "## Who can write",
    own.length === 0
      ? "This server holds no credential that can change the platform."
      : `This server holds credentials that can change the platform, used in mode act alone: ${own.map(code).join(", ")}.`,
    ...(writers.length === 0
      ? []
      : [
          table(
            ["Environment", "Who", "May", "In"],
            writers.map((one) => [
              text(one.environment),
              text(one.name),
              text(one.powers.join(", ")),
              text(one.places.join(", ")),
            ]),
          ),
        ]),
    ...(unseen.length === 0
      ? []
      : [`Not known for ${unseen.map(text).join(", ")}: the cluster was not seen, or its roles could not be read.`]),
    "## What is due, and when",
    cadences.length === 0
      ? "No duty of security is in force."
      : table(
          ["Duty", "Environment", "How often", "State", "Due"],
          cadences.map((one) => [
            `${text(one.title)} (${code(one.duty)})`,
            text(one.environment ?? "the whole platform"),
            text(one.when),
            one.state,
            one.dueAt.slice(0, 10),
          ]),
        ),
    securityRules(rights, outward),
  ].join("\n\n")}\n`;
}
