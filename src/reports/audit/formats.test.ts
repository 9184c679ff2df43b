// oxlint-disable no-control-regex -- these tests look for control characters
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import * as z from "zod";
import type { Paper } from "../table.ts";
import { widthOf } from "../table.ts";
import { auditAsGithub } from "./github.ts";
import { auditAsGitlab } from "./gitlab.ts";
import { cleanAudit, hostileAudit, hostileFile, quietRule, rule } from "./hostile.test-support.ts";
import { auditAsHtml } from "./html.ts";
import { auditAsJunit } from "./junit.ts";
import { auditAsMarkdown } from "./markdown.ts";
import { auditAsSarif } from "./sarif.ts";
import { auditAsText } from "./terminal.ts";

const rules = [quietRule, rule];
const text = z.object({ text: z.string().min(1) });
const SarifLocation = z.strictObject({
  id: z.int().min(0).optional(),
  physicalLocation: z.strictObject({
    // RFC 3986: a relative reference holds neither blanks, quotes, angle brackets nor control characters
    artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w.~%!$&'()*+,;=@/-]+$/), uriBaseId: z.string() }),
    region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
  }),
});

/** What SARIF 2.1.0 (OASIS, §3.13–3.52) requires of the properties that are used here. */
const Sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(
            z.strictObject({
              id: z.string().min(1),
              name: z.string().min(1),
              shortDescription: text,
              fullDescription: text,
              help: z.strictObject({ text: z.string().min(1), markdown: z.string().min(1) }),
              defaultConfiguration: z.strictObject({ level: z.enum(["none", "note", "warning", "error"]) }),
              properties: z.strictObject({ tags: z.array(z.string()), "security-severity": z.string().regex(/^\d/) }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
      automationDetails: z.strictObject({ id: z.string().endsWith("/") }),
      originalUriBaseIds: z.record(z.string(), z.strictObject({ description: text })),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ level: z.string(), message: text, locations: z.array(SarifLocation) }),
          ),
        }),
      ),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level: z.enum(["none", "note", "warning", "error"]),
          message: text,
          locations: z.array(SarifLocation).length(1),
          relatedLocations: z.array(SarifLocation),
          partialFingerprints: z.record(z.string(), z.string().min(1)),
          properties: z.record(z.string(), z.string()),
          suppressions: z
            .array(z.strictObject({ kind: z.enum(["inSource", "external"]), justification: z.string().min(1) }))
            .optional(),
        }),
      ),
    }),
  ]),
});

test("SARIF keeps the standard's shape, points at the right rule and carries the finding's id", () => {
  const sarif = Sarif.parse(JSON.parse(JSON.stringify(auditAsSarif(hostileAudit, rules, "1.2.3"))));
  const [run] = sarif.runs;
  assert.deepEqual(
    run.tool.driver.rules.map(({ id }) => id),
    ["test-rule"],
  );
  for (const result of run.results) assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
  const prints = run.results.map((result) => result.partialFingerprints["millwright/1"]);
  assert.deepEqual(prints, ["1111111111111111", "2222222222222222", "4444444444444444"]);
  assert.equal(run.results[2]?.suppressions?.length, 1);
  const [first] = run.results;
  assert.equal(first?.relatedLocations.length, 2);
  const uri = first?.locations[0]?.physicalLocation.artifactLocation.uri ?? "";
  assert.equal(uri.split("/").map(decodeURIComponent).join("/"), hostileFile);
});

test("SARIF of a clean audit is one run without results", () => {
  const [run] = Sarif.parse(JSON.parse(JSON.stringify(auditAsSarif(cleanAudit, rules, "1.2.3")))).runs;
  assert.deepEqual(run.results, []);
});

/** GitLab docs, "Code Quality: custom tool": these fields are required, and fingerprints are unique. */
const CodeQuality = z.array(
  z.object({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().min(1),
    severity: z.enum(["info", "minor", "major", "critical", "blocker"]),
    location: z.object({ path: z.string().regex(/^(?!\.\/)/), lines: z.object({ begin: z.int().min(1) }) }),
  }),
);

test("GitLab gets an entry a place, each with a fingerprint of its own that a moved line does not change", () => {
  const entries = CodeQuality.parse(auditAsGitlab(hostileAudit));
  assert.equal(entries.length, 4);
  assert.equal(new Set(entries.map(({ fingerprint }) => fingerprint)).size, 4);
  const [first, ...others] = hostileAudit.findings;
  assert.ok(first !== undefined);
  const [place, ...places] = first.places;
  const moved = {
    ...hostileAudit,
    findings: [{ ...first, places: [{ ...place, line: 99 }, ...places] as const }, ...others],
  };
  const again = CodeQuality.parse(auditAsGitlab(moved));
  assert.deepEqual(
    again.map(({ fingerprint }) => fingerprint),
    entries.map(({ fingerprint }) => fingerprint),
  );
  assert.deepEqual(auditAsGitlab(cleanAudit), []);
});

test("a GitHub command is one line, whatever the finding says", () => {
  const lines = auditAsGithub(hostileAudit)
    .trimEnd()
    .split(/\r\n|[\r\n\u2028]/);
  assert.equal(lines.length, hostileAudit.findings.length);
  for (const line of lines) {
    const [, properties = ""] = /^::(?:error|warning|notice) (.*?)::/.exec(line) ?? [];
    assert.deepEqual(
      properties.split(",").map((part) => part.split("=")[0]),
      ["file", "line", "col", "title"],
    );
    assert.doesNotMatch(properties.replace(/%(?:25|0A|0D|3A|2C)/g, ""), /[%:]/);
    assert.doesNotMatch(line.slice(line.indexOf("::", 2)), /[\u0000-\u001f\u202e]/);
  }
  assert.equal(auditAsGithub(cleanAudit), "");
});

/** Whether XML is well formed: tags nest, attributes are quoted, and only references XML knows stand in text. */
function assertWellFormed(xml: string): void {
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/, "a character XML cannot hold");
  assert.ok(xml.isWellFormed());
  const open: string[] = [];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  const token =
    /<(\/?)([\w.:-]+)((?:\s+[\w.:-]+="(?:[^<&"]|&(?:amp|lt|gt|quot|#\d+);)*")*)\s*(\/?)>|((?:[^<&]|&(?:amp|lt|gt|quot|#\d+);)+)/y;
  for (let index = 0; index < body.length; index = token.lastIndex) {
    token.lastIndex = index;
    const match = token.exec(body);
    assert.ok(match !== null, `not XML: ${body.slice(index, index + 60)}`);
    const [, closing, name, , empty, words] = match;
    assert.doesNotMatch(words ?? "", /\]\]>/);
    if (name === undefined || empty === "/") continue;
    if (closing === "/") assert.equal(open.pop(), name);
    else open.push(name);
  }
  assert.deepEqual(open, []);
}

test("JUnit is well-formed XML with a case a rule, and its counts are right", () => {
  const xml = auditAsJunit(hostileAudit, rules);
  assertWellFormed(xml);
  assert.match(
    xml,
    /<testsuite name="millwright audit" timestamp="2026-11-20T00:00:00" tests="2" failures="1" errors="0" skipped="0">/,
  );
  assert.equal(xml.match(/<testcase /g)?.length, 2);
  const clean = auditAsJunit(cleanAudit, rules);
  assertWellFormed(clean);
  assert.match(clean, /tests="2" failures="0"/);
});

test("Markdown tables keep their columns and hold no markup of the repository's", () => {
  const lines = auditAsMarkdown(hostileAudit).split("\n");
  assert.ok(lines.length < 60);
  const cells = (line: string): number => line.replace(/\\\\/g, "").replace(/\\\|/g, "").split("|").length - 2;
  const rows = lines.filter((line) => line.startsWith("|"));
  assert.deepEqual(new Set(rows.map(cells)), new Set([4, 5]));
  const outsideCode = lines
    .join("\n")
    .replace(/(`+) ?[^\n]*? ?\1/g, "")
    .replaceAll("<br>", "");
  assert.doesNotMatch(outsideCode.replace(/\\[<>`]/g, ""), /[<>]/);
  assert.doesNotMatch(lines.join("\n"), /[\u0000-\u0008\u000b-\u001f]/);
});

test("a page holds no element, attribute or script of the repository's", () => {
  const html = auditAsHtml(hostileAudit);
  assert.doesNotMatch(html, /<script|<img|onerror=alert\(1\)>|\u001b|\u0000/);
  assert.match(html, /&lt;script&gt;/);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.doesNotMatch(html.replace(/&(?:amp|lt|gt|quot|#39);/g, ""), /&(?!nbsp;)/);
});

for (const columns of [undefined, 40, 80, 200]) {
  test(`the terminal shows hostile text without obeying it, ${columns ?? "unlimited"} columns`, () => {
    for (const colour of [false, true]) {
      const paper: Paper = { columns, colour };
      const printed = auditAsText(hostileAudit, paper);
      const plain = stripVTControlCharacters(printed);
      if (!colour) assert.equal(printed, plain, "no colour was asked for");
      assert.doesNotMatch(plain, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      assert.doesNotMatch(printed, /\u001b\[2J|\u001b\[31mred/);
      if (columns !== undefined)
        for (const line of plain.split("\n")) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
    }
  });
}

test("the first line of an audit names what to do first; a clean one says that nothing was found", () => {
  const paper: Paper = { columns: 100, colour: false };
  assert.match(auditAsText(hostileAudit, paper), /^The worst one, do this first:\n {2}1\. /);
  assert.match(auditAsText(cleanAudit, paper), /^Nothing found · 3 files, 4 pins/);
});

test("a change is shown with what it moves, the verdict and what is gone, in words, Markdown and HTML", () => {
  const move = {
    kind: "chart",
    name: "gitlab",
    system: "gitlab",
    component: "gitlab",
    environment: "production",
    from: "8.1.8",
    to: "9.1.4",
    at: { file: "a.yaml", line: 2, column: 3 },
  } as const;
  const [resolved] = hostileAudit.findings;
  assert.ok(resolved !== undefined);
  const result = {
    ...cleanAudit,
    change: {
      base: "main",
      moves: [
        { ...move, verdict: { kind: "illegal", why: "it skips a stop", insteadDo: "go to 8.3 first" } },
        { ...move, name: "other", verdict: { kind: "unknown", why: "no facts", howToLearn: "ask" } },
        { ...move, name: "fine", verdict: { kind: "legal" } },
      ],
      resolved: [{ ...resolved, subject: "image/nginx" }],
    },
  } as const;
  const shown = [auditAsText(result, { columns: 100, colour: false }), auditAsMarkdown(result), auditAsHtml(result)];
  for (const report of shown) {
    assert.match(report, /gitlab 8\.1\.8 → 9\.1\.4 in production/);
    assert.match(report, /It skips a stop\./);
    assert.match(report, /Go to 8\.3 first\./);
    assert.match(report, /refused[\s\S]*unknown[\s\S]*allowed/);
    assert.match(report, /What tells: ask/);
    assert.match(report, /(?:gone|No longer found)[\s\S]*image\/nginx/);
  }
});

test("in every format a message ends before the next sentence begins", () => {
  const [finding] = hostileAudit.findings;
  assert.ok(finding !== undefined);
  const question = { ...finding, at: undefined, why: "it comes next", howToLearn: "ask" };
  const result = {
    ...cleanAudit,
    findings: [{ ...finding, message: "it refuses", fix: "write install" }],
    unknown: [{ ...question, rule: quietRule.id }],
  };
  const texts = [
    auditAsText(result, { columns: undefined, colour: false }),
    auditAsMarkdown(result),
    auditAsHtml(result),
    auditAsGithub(result),
    auditAsJunit(result, rules),
    JSON.stringify(auditAsGitlab(result)),
    JSON.stringify(auditAsSarif(result, rules, "1.0.0")),
  ];

  for (const format of texts) {
    assert.match(format, /it refuses\./);
    assert.match(format, /write install\./);
    assert.doesNotMatch(format, /it comes next What tells/);
  }
});

test("a page without findings says so in words, and of an empty folder that nothing was recognised", () => {
  const clean = auditAsHtml({ ...cleanAudit, pins: 3 });
  const empty = auditAsHtml({ ...cleanAudit, pins: 0 });

  assert.doesNotMatch(clean + empty, /\$\{|=== undefined/);
  assert.match(clean, /No rule has anything to say against this folder\./);
  assert.match(empty, /Nothing recognised/);
  assert.doesNotMatch(empty, /item good/);
});
