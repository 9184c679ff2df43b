import { parseInstant } from "../kernel/instant.ts";
import { releaseOf } from "./ask.ts";
import { defineRule, type Example, type Pin, type Rule, type Severity, type System } from "./contract.ts";
import table from "./facts/end-of-life.json" with { type: "json" };

/** A release line that has ended. */
export interface Ended {
  readonly line: string;
  /** `2026-11-12`. */
  readonly on: string;
}

export interface EndOfLifeRule {
  /** As `facts/end-of-life.json` names it, and the end of the rule's id. */
  readonly product: keyof typeof table.products;
  readonly title: string;
  readonly severity: Severity;
  /** Images and charts of it, by name; a chart counts by the app version it installs. */
  readonly matches: (pin: Pin) => boolean;
  /** What a chart version installs, where the repository does not tell. */
  readonly appVersionOf?: System["appVersionOf"];
  readonly fix: string;
  readonly examples: { readonly failing: Example; readonly passing: Example };
}

/** The line of a version that gets no more fixes at `now`; undefined for a live or unknown line. */
export function endedLine(product: EndOfLifeRule["product"], version: string, now: string): Ended | undefined {
  const cycles: Readonly<Record<string, string | boolean>> = table.products[product].cycles;
  const [major, minor] = releaseOf(version) ?? [];
  if (major === undefined) return undefined;
  const line = [`${major}.${minor}`, `${major}`].find((name) => Object.hasOwn(cycles, name));
  const on = line === undefined ? undefined : cycles[line];
  const end = typeof on === "string" ? parseInstant(on) : undefined;
  return line === undefined || typeof on !== "string" || end === undefined || end >= now ? undefined : { line, on };
}

/** Where the dates of a product are from. */
export function datesOf(product: EndOfLifeRule["product"]): string {
  return `${table.origin.replace(/;.*/, "")}; ${table.products[product].source}`;
}

/** The rule that a product's release line has ended. The dates are data; one rule a product, so that each can be suppressed. */
export function endOfLifeRule(options: EndOfLifeRule): Rule {
  const { product, title } = options;
  return defineRule({
    id: `end-of-life-${product}`,
    title: `${title} runs a release line that has ended`,
    group: "end-of-life",
    severity: options.severity,
    why: `A ${title} line past its end gets no more fixes, security fixes included. A scanner stays quiet about holes nobody looks for any more, and the longer the wait, the more versions the upgrade has to cross.`,
    sources: [datesOf(product)],
    fix: options.fix,
    needs: ["pins", "now"],
    *check({ pins, now }) {
      for (const pin of pins) {
        const version = options.matches(pin) ? runningVersion(pin, options) : undefined;
        const ended = version === undefined ? undefined : endedLine(product, version, now);
        if (ended === undefined) continue;
        yield {
          kind: "finding",
          subject: `${pin.kind}/${pin.name}`,
          environment: pin.environment,
          at: { file: pin.file, line: pin.line, column: pin.column },
          message: `${title} ${version}: line ${ended.line} ended on ${ended.on}`,
          fix: options.fix,
        };
      }
    },
    examples: { failing: [options.examples.failing], passing: [options.examples.passing] },
  });
}

/** Whether a pin is an image with one of these endings of its name: `library/postgres` ends in `postgres`. */
export function isImage(pin: Pin, ...names: readonly string[]): boolean {
  return pin.kind === "image" && names.some((name) => pin.name === name || pin.name.endsWith(`/${name}`));
}

export function isChart(pin: Pin, ...names: readonly string[]): boolean {
  return pin.kind === "chart" && names.some((name) => pin.name === name || pin.name.endsWith(`/${name}`));
}

/** Of an image its tag, of a chart what it installs. */
function runningVersion(pin: Pin, { appVersionOf }: EndOfLifeRule): string | undefined {
  if (pin.effective?.kind === "known") return pin.effective.value;
  if (pin.version === null) return undefined;
  return pin.kind === "image" ? pin.version : appVersionOf?.(pin.name, pin.version);
}

/** A Deployment of one image, for examples. */
export function imageExample(name: string, image: string): Example["files"] {
  return {
    "deployment.yaml": [
      "apiVersion: apps/v1",
      "kind: Deployment",
      `metadata: {name: ${name}, namespace: ${name}}`,
      "spec:",
      "  template:",
      "    spec:",
      "      containers:",
      `        - name: ${name}`,
      `          image: ${image}`,
      "",
    ].join("\n"),
  };
}
