import type { Instant } from "../../kernel/instant.ts";
import { defineRule, type Pin, type Rule, type SourceFile } from "../../systems/contract.ts";

/** Text that YAML 1.2 reads as a number which, written again, is another text: `1.10`, `1e3`, `0x1F`, `007`. */
function changesAsNumber(text: string): boolean {
  const isNumber = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$|^0x[\da-fA-F]+$|^0o[0-7]+$/.test(text);
  return isNumber && String(Number(text)) !== text;
}

/** Whether a version stands alone and without quotes: a whole plain YAML value. */
function isBare(pin: Pin, file: SourceFile | undefined): boolean {
  if (file === undefined || pin.version === null || !/\.(ya?ml|yaml\.\w+)$/.test(file.path)) return false;
  const line = file.text.split("\n")[pin.line - 1] ?? "";
  const characters = Array.from(line);
  const before = characters[pin.column - 2] ?? " ";
  const after = characters[pin.column - 1 + Array.from(pin.version).length] ?? " ";
  return /[\s[{,]/.test(before) && /[\s,}\]]/.test(after);
}

export const versionReadAsNumber: Rule = defineRule({
  id: "pinning-version-read-as-number",
  title: "A version without quotes is read as a number, and becomes another version",
  group: "pinning",
  severity: "high",
  why: "YAML reads `1.10` as the number 1.1 and `1e3` as 1000. Helm then asks for the image 1.1, Argo CD refuses the Application or takes 1.1.",
  sources: [
    "https://yaml.org/spec/1.2.2/#103-core-schema (numbers)",
    "facts: extraction gaps, case 16 (Helm does the same)",
  ],
  fix: 'Put the version into quotes: `tag: "1.10"`.',
  needs: ["pins", "files"],
  *check({ pins, files }) {
    const byPath = new Map(files.map((file) => [file.path, file]));
    for (const pin of pins) {
      if (pin.version === null || !changesAsNumber(pin.version) || !isBare(pin, byPath.get(pin.file))) continue;
      yield {
        kind: "finding",
        subject: `${pin.kind}/${pin.name}`,
        key: "number",
        environment: pin.environment,
        at: pin,
        message: `${pin.version} stands without quotes: YAML makes ${Number(pin.version)} of it.`,
        fix: `Write "${pin.version}" in quotes.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a tag that ends in zero",
        files: { "values.yaml": "image:\n  repository: registry.example.org/shop/web\n  tag: 1.10\n" },
      },
    ],
    passing: [
      {
        name: "the same in quotes",
        files: { "values.yaml": 'image:\n  repository: registry.example.org/shop/web\n  tag: "1.10"\n' },
      },
      {
        name: "three numbers are a text anyway",
        files: { "values.yaml": "image:\n  repository: registry.example.org/shop/web\n  tag: 1.10.0\n" },
      },
    ],
  },
});

export const packageNotPinned: Rule = defineRule({
  id: "pinning-package",
  title: "An image is built with whatever version of a package is newest",
  group: "pinning",
  severity: "low",
  why: "Two builds of one commit are then two different images, and a build that worked may fail on the day it is needed most.",
  sources: ["guide A: version pinning; https://pip.pypa.io/en/stable/topics/repeatable-installs/"],
  fix: "Write the exact version (`==`), or install from a file with hashes.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of pins) {
      if (pin.kind !== "package" || pin.reader !== "dockerfile" || (pin.state !== "missing" && pin.state !== "range"))
        continue;
      if (pin.effective?.kind === "known") continue;
      yield {
        kind: "finding",
        subject: `package/${pin.name}`,
        environment: pin.environment,
        at: pin,
        message: `${pin.name} is installed ${pin.version === null ? "without a version" : `as "${pin.version}"`}.`,
        fix: `Write the exact version of ${pin.name}.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a package without a version",
        files: { Dockerfile: "FROM python:3.12.4-slim\nRUN pip install mlflow\n" },
      },
    ],
    passing: [
      { name: "an exact version", files: { Dockerfile: "FROM python:3.12.4-slim\nRUN pip install mlflow==2.14.1\n" } },
    ],
  },
});

export const suppressionExpired: Rule = defineRule({
  id: "change-suppression-expired",
  title: "A suppression has ended, and its finding counts again",
  group: "change",
  severity: "low",
  why: "Somebody decided to live with a finding until a day, and the day is over. Either the cause is gone, and the entry is noise, or the decision has to be made anew.",
  sources: ["docs/operations.md, living with a finding"],
  fix: "Remove the entry, or give it a new reason and day.",
  needs: ["platform", "files", "now"],
  *check({ platform, files, now }) {
    const file = files.find(({ path }) => path === "millwright.yaml");
    for (const { finding, rule, path, until } of platform.suppress) {
      if (file === undefined || !isOver(until, now)) continue;
      const name = finding ?? [rule, path].filter((part) => part !== undefined).join(" below ");
      yield {
        kind: "finding",
        subject: `suppression/${name}`,
        at: file.locate(Math.max(0, file.text.indexOf(finding ?? rule ?? ""))),
        message: `The suppression of ${name} ended on ${until}.`,
        fix: "Remove it, or decide again with a new day.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a day in the past",
        files: {
          "millwright.yaml":
            "suppress:\n  - rule: pinning-package\n    reason: the tools image is rebuilt every night\n    until: 2026-06-30\n",
        },
      },
    ],
    passing: [
      {
        name: "a day to come",
        files: {
          "millwright.yaml":
            "suppress:\n  - rule: pinning-package\n    reason: the tools image is rebuilt every night\n    until: 2027-06-30\n",
        },
      },
    ],
  },
});

function isOver(day: string, now: Instant): boolean {
  return day < now.slice(0, 10);
}
