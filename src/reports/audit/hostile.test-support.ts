import type { Audit } from "../../findings/audit.ts";
import type { Finding } from "../../findings/finding.ts";
import { instantOf } from "../../kernel/instant.ts";
import { defineRule, type Location, type Rule } from "../../systems/contract.ts";

/** Breaks out of every format that does not escape: markup, cells, commands, CDATA, colours, text direction. */
const hostile = "a|b`c`<script>alert(1)</script>\"'&]]>\n::error::x%0A\u001b[31mred\u202etxt\u0000\ud800";

/** As a file name. */
export const hostileFile = "dir,a:b/<img src=x onerror=alert(1)>|`\"'%::error::\u001b[2J\u202e.yaml";

const at: Location = { file: hostileFile, line: 3, column: 7 };

/** A rule that never runs here: formats need only its words. */
export const rule: Rule = defineRule({
  id: "test-rule",
  title: "A title with <b>, | and &",
  group: "pinning",
  severity: "high",
  why: "Because of <b> & |.",
  sources: ["a source"],
  fix: "Mend it.",
  needs: ["pins"],
  check: () => [],
  examples: { failing: [{ name: "x", files: {} }], passing: [{ name: "y", files: {} }] },
});

/** A rule nothing was found by. */
export const quietRule: Rule = { ...rule, id: "test-quiet" };

function finding(id: string, severity: Finding["severity"], places: readonly Location[] = []): Finding {
  return {
    id,
    rule: rule.id,
    title: rule.title,
    group: rule.group,
    severity,
    subject: hostile,
    environment: "production",
    places: [at, ...places],
    message: hostile,
    fix: hostile,
  };
}

/** An audit of a change in which every text is hostile. */
export const hostileAudit: Audit = {
  schema: "millwright/audit/1",
  at: instantOf(Date.UTC(2026, 10, 20)),
  tree: hostile,
  findings: [
    finding("1111111111111111", "critical", [
      { ...at, line: 9 },
      { file: "b.yaml", line: 1, column: 1 },
    ]),
    finding("2222222222222222", "low"),
  ],
  unknown: [
    {
      id: "3333333333333333",
      rule: rule.id,
      title: rule.title,
      subject: hostile,
      environment: undefined,
      at,
      why: hostile,
      howToLearn: hostile,
    },
  ],
  suppressed: [
    {
      finding: finding("4444444444444444", "medium"),
      suppression: { rule: rule.id, reason: hostile, until: "2027-01-01" },
    },
  ],
  files: { read: 1, skipped: [{ file: hostileFile, reason: hostile }] },
  problems: [{ ...at, reason: hostile }],
  rules: 2,
  pins: 1,
  components: 1,
  change: {
    base: hostile,
    moves: [
      {
        kind: "chart",
        name: hostile,
        system: null,
        component: hostile,
        environment: hostile,
        from: hostile,
        to: hostile,
        at,
        verdict: { kind: "illegal", why: hostile, insteadDo: hostile },
      },
    ],
    resolved: [finding("5555555555555555", "low")],
  },
};

/** An audit that found nothing. */
export const cleanAudit: Audit = {
  schema: "millwright/audit/1",
  at: hostileAudit.at,
  tree: "clean",
  findings: [],
  unknown: [],
  suppressed: [],
  files: { read: 3, skipped: [] },
  problems: [],
  rules: 2,
  pins: 4,
  components: 1,
};
