import { InputError } from "../kernel/errors.ts";
import { daysBetween, type Instant } from "../kernel/instant.ts";
import { compareVersions } from "../kernel/version.ts";
import type { Component } from "../platform/pin.ts";
import type { Mark, Row, Section } from "../reports/assess/assessment.ts";
import type { UpgradeFacts } from "../upgrades/facts.ts";
import { planUpgrade, systemIdOf } from "../upgrades/plan.ts";
import { type EndOfLifeTable, endOfLifeInTable } from "../versions/freshness-end-of-life.ts";
import { counted, section } from "./section.ts";

export interface VersionInput {
  /** The components that the live objects are recognised as. */
  readonly components: readonly Component[];
  /** Of the API server: `v1.31.4+k3s1`. */
  readonly kubernetes: string;
  readonly facts: UpgradeFacts;
  readonly endOfLife: EndOfLifeTable;
  readonly now: Instant;
}

type Found = Pick<Component, "name" | "system" | "namespace" | "version">;

/** The version of each recognised system, until when its line is cared for, and the first hop of its upgrade plan. */
export function versionSection(input: VersionInput): Section {
  const version = /^v?(\d+\.\d+\.\d+)/.exec(input.kubernetes)?.[1] ?? null;
  const all: readonly Found[] = [
    { name: "cluster", system: "kubernetes", namespace: null, version },
    ...input.components,
  ];
  const known = new Map(all.filter(isTold(all)).map((one) => [`${one.system} ${one.namespace} ${one.version}`, one]));
  return section({
    id: "versions",
    title: "Versions and the next step",
    columns: ["System", "Where", "Version", "Cared for until", "Next", "Hops"],
    rows: [...known.values()].map((component) => rowOf(component, input)),
    none: "No system was recognised.",
    fine: (count) => `All ${counted(count, "system")} at the newest release line that the facts know.`,
    faulty: {
      bad: (count) => `${counted(count, "system")} on a line that is no longer cared for`,
      warn: (count) => `${counted(count, "system")} behind the newest line that the facts know`,
    },
  });
}

/** Of a system whose version another of its parts in the namespace tells, the part that does not is left out. */
function isTold(all: readonly Found[]): (one: Found) => boolean {
  const told = new Set(all.flatMap((one) => (one.version === null ? [] : [`${one.system} ${one.namespace}`])));
  return ({ system, namespace, version }) =>
    system !== null && (version !== null || !told.has(`${system} ${namespace}`));
}

function rowOf(component: Found, input: VersionInput): Row {
  const { name, namespace, version } = component;
  const system = component.system ?? "";
  const id = systemIdOf(input.facts, system);
  const care = careOf(id ?? system, version, input);
  const step = nextStep(id, version, input);
  const where = namespace === null ? name : `${namespace}/${name}`;
  const cells = [system, where, version ?? "?", care.text, step.to, step.hops];
  const why = [care.ended ? "Its line gets no fixes any more, for security neither." : "", step.why].filter(
    (one) => one !== "",
  );
  return {
    mark: care.ended ? "bad" : step.mark,
    cells,
    ...(why.length === 0 ? {} : { why: why.join(" ") }),
    ...(step.next === undefined ? {} : { next: step.next }),
  };
}

function careOf(
  product: string,
  version: string | null,
  { endOfLife, now }: VersionInput,
): { text: string; ended: boolean } {
  const found = version === null ? undefined : endOfLifeInTable(endOfLife, product, version.replace(/^v/, ""), now);
  if (found?.kind !== "known") return { text: "?", ended: false };
  const { until, ended } = found.value;
  if (until === undefined) return { text: ended ? "ended" : "not announced", ended };
  const days = daysBetween(now, until);
  return { text: `${until.slice(0, 10)} (${days < 0 ? `${-days} d ago` : `${days} d`})`, ended };
}

interface Next {
  readonly mark: Mark;
  readonly to: string;
  readonly hops: string;
  readonly why: string;
  readonly next?: string;
}

function nextStep(id: string | undefined, version: string | null, input: VersionInput): Next {
  const open = { to: "?", hops: "?", mark: "unknown" } as const;
  if (id === undefined) return { mark: "note", to: "", hops: "", why: "There are no upgrade rules for it." };
  const command = (from: string, to: string): string => `\`millwright upgrade plan ${id} --from ${from} --to ${to}\``;
  if (version === null)
    return {
      ...open,
      why: "The live objects do not tell its version.",
      next: `Ask the program itself, then ${command("VERSION", "latest")}.`,
    };
  const said: string[] = [];
  for (const to of ["latest", newestLine(id, input.endOfLife)]) {
    if (to === undefined) continue;
    try {
      return firstHop(id, version, to, input, `${command(version, to)} lists what must be true before.`);
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      said.push(thrown.message);
    }
  }
  return { ...open, why: said.at(-1) ?? "" };
}

function firstHop(system: string, from: string, to: string, { facts, now }: VersionInput, next: string): Next {
  const plan = planUpgrade({ system, from, to }, facts, now);
  const [hop] = plan.hops;
  if (plan.instead !== null)
    return { mark: "warn", to: "", hops: "", why: plan.instead.why, next: plan.instead.insteadDo };
  if (hop === undefined) return { mark: "good", to: "", hops: "0", why: "" };
  return { mark: "warn", to: hop.version, hops: String(plan.hops.length), why: reasonOf(hop.why), next };
}

/** A hop that is taken only because it was asked for needs no reason. */
function reasonOf(why: string): string {
  return why === "the target" ? "" : `The next hop: ${why}.`;
}

/** The newest release line that the shipped end-of-life dates name. */
function newestLine(product: string, table: EndOfLifeTable): string | undefined {
  const cycles = Object.keys(table.products[product]?.cycles ?? {});
  return cycles
    .filter((cycle) => /^\d+(?:\.\d+)*$/.test(cycle))
    .sort(compareVersions)
    .at(-1);
}
