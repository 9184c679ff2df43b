import { InputError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import { compareReleases } from "../kernel/version.ts";
import type { SystemUpgrade, UpgradeFacts } from "./facts.ts";
import { judgeFreshness } from "./freshness.ts";
import { gitlabReleases, hasPatch, minorOf, numbersOf, rowFor } from "./gitlab-facts.ts";
import { gitlabHops, systemHops } from "./hops.ts";
import { latestOf, minorPath } from "./minors.ts";
import { gitlabPath } from "./path.ts";
import type { Plan, PlanRequest } from "./plan-types.ts";
import { gitlabEnds, readVersion } from "./request.ts";

const aliases: Readonly<Record<string, string>> = {
  "gitlab-ce": "gitlab",
  "gitlab-ee": "gitlab",
  "argo-cd": "argocd",
  k8s: "kubernetes",
  postgres: "postgresql",
  certmanager: "cert-manager",
  mlflow_sharinghub: "mlflow-sharinghub",
};

/** The ids of the systems a plan can be made for, in order. */
export function plannableSystems(facts: UpgradeFacts): readonly string[] {
  return ["gitlab", ...facts.systems.systems.map((system) => system.id)].sort();
}

/** The system's id as the facts know it; undefined when they do not. */
export function systemIdOf(facts: UpgradeFacts, name: string): string | undefined {
  const lower = name.toLowerCase();
  return plannableSystems(facts).find((id) => id === (aliases[lower] ?? lower));
}

/**
 * The way from one version to another, hop by hop. Pure: the same request, facts and moment give the same plan. Throws
 * `InputError` for an unknown system, a version that is none, a downgrade, a release known to be broken, facts that are too
 * old and not acknowledged, and where no legal way exists.
 */
export function planUpgrade(request: PlanRequest, facts: UpgradeFacts, now: Instant): Plan {
  const id = systemIdOf(facts, request.system);
  if (id === undefined) {
    throw new InputError(
      `No upgrade rules for ${JSON.stringify(request.system)}. Known systems: ${plannableSystems(facts).join(", ")}.`,
    );
  }
  const age = judgeFreshness(facts, id, now, request.acceptFactsOf);
  const system = facts.systems.systems.find((one) => one.id === id);
  return system === undefined ? planGitlab(request, facts, age) : planSystem(request, facts, system, age);
}

function planGitlab(request: PlanRequest, facts: UpgradeFacts, age: Plan["facts"]): Plan {
  const { from, to, toChart, notes } = gitlabEnds(facts, request);
  refuseDowngrade("GitLab", "restore", from, to);
  refuseBroken(facts, to);
  const path = isThere(from, to) ? { legs: [], left: [] } : gitlabPath(facts, from, to);
  if (path === undefined) throw new InputError(noWay(facts, from, to));

  return {
    schema: "millwright/upgrade-plan/1",
    system: "gitlab",
    title: "GitLab",
    from,
    to,
    facts: age,
    hops: gitlabHops(facts, path.legs, toChart),
    left: path.left,
    warnings: [
      ...notes,
      ...(path.legs.length === 0 ? ["Nothing to do: this is where it stands."] : gitlabWarnings(facts, from, to)),
    ],
    instead: null,
    rules: [...facts.path.rules, ...facts.rules.rules.filter((rule) => rule.system.startsWith("gitlab"))].map(
      ({ id, rule, source }) => ({ id, rule, source }),
    ),
    variables: facts.checks.variables,
  };
}

function planSystem(request: PlanRequest, facts: UpgradeFacts, system: SystemUpgrade, age: Plan["facts"]): Plan {
  const shared = {
    schema: "millwright/upgrade-plan/1",
    system: system.id,
    title: system.title,
    facts: age,
    left: [],
    rules: facts.rules.rules
      .filter((rule) => rule.system === system.id || (system.id === "mlflow-sharinghub" && rule.system === "mlflow"))
      .map(({ id, rule, source }) => ({ id, rule, source })),
    variables: system.variables,
  } as const;
  if (system.retired !== undefined) {
    const { why, insteadDo } = system.retired;
    return {
      ...shared,
      from: request.from,
      to: request.to,
      hops: [],
      warnings: [],
      instead: { why, insteadDo, source: system.source },
    };
  }
  const majors = system.sequence !== "every-minor";
  const from = readVersion(request.from, "--from", majors);
  const to = request.to === "latest" ? latestOf(facts, system) : readVersion(request.to, "--to", majors);
  refuseDowngrade(system.title, system.downgrade, from, to);
  const versions = isThere(from, to) ? [] : minorPath(facts, system, from, to);
  const warnings = versions.length === 0 ? ["Nothing to do: this is where it stands."] : unseen(facts, system, to);
  return { ...shared, from, to, hops: systemHops(facts, system, from, versions), warnings, instead: null };
}

/** Whether `from` is some `to` already: 19.5.3 is a 19.5. */
function isThere(from: string, to: string): boolean {
  const numbers = numbersOf(from);
  return numbersOf(to).every((number, index) => numbers[index] === number);
}

function refuseDowngrade(title: string, downgrade: SystemUpgrade["downgrade"], from: string, to: string): void {
  if (isThere(from, to) || compareReleases(numbersOf(from), numbersOf(to)) < 0) return;
  const ways = {
    restore: `there is no downgrade: going back means putting ${to} in place and restoring a backup made by exactly ${to} (same edition), which loses everything written since`,
    revert: "it keeps no data of its own: revert the revision in Git, and its configuration with it",
    none: `data that a newer version has written cannot be read by ${to}: restore what was backed up from ${to}`,
    unknown: `no source says that ${to} works with what ${from} has written: restore what was backed up from ${to}`,
  };
  throw new InputError(`${title} ${from} to ${to} is a downgrade, which is not planned; ${ways[downgrade]}.`);
}

function refuseBroken(facts: UpgradeFacts, to: string): void {
  const broken = facts.datastores.broken.find((one) => one.version === to && one.severity === "refuse");
  if (broken === undefined) return;
  const other = gitlabReleases(facts)
    .filter((version) => minorOf(version) === minorOf(to))
    .at(-1);
  throw new InputError(
    `GitLab ${to} must not be installed: ${broken.why} (${broken.source}). ${other === undefined ? "Choose a later patch." : `Choose ${other}.`}`,
  );
}

function noWay(facts: UpgradeFacts, from: string, to: string): string {
  const row = rowFor(facts.datastores.postgresql.rows, from);
  const window =
    row === undefined
      ? ""
      : ` GitLab ${minorOf(from)} runs on PostgreSQL ${row.min} to ${row.tested ?? row.max ?? "?"}.`;
  return `No legal way from GitLab ${from} to ${to} with PostgreSQL ${facts.answers.postgresqlVersion ?? "(unknown)"}: it is outside the window of a release on the way.${window} Correct answers.postgresqlVersion, or move the database back into the window first (dump and restore).`;
}

function gitlabWarnings(facts: UpgradeFacts, from: string, to: string): readonly string[] {
  const newest = gitlabReleases(facts).at(-1) ?? "0";
  const broken = facts.datastores.broken.filter(
    (one) => one.version === from || (one.version === to && one.severity === "warn"),
  );
  const kubernetes = facts.answers.kubernetesVersion;
  const row = facts.charts.kubernetes_support.find(
    (one) => kubernetes !== undefined && one.kubernetes === minorOf(kubernetes),
  );
  return [
    ...(hasPatch(from) ? [] : [`The patch of ${from} now is not known; a backup restores only to its exact version.`]),
    ...broken.map((one) => `GitLab ${one.version}: ${one.why} (${one.source}).`),
    ...(compareReleases(numbersOf(to), numbersOf(newest)) > 0 && hasPatch(to)
      ? [`GitLab ${to} is newer than any release in the facts (${newest}): confirm it in the Helm index.`]
      : []),
    ...(row !== undefined && compareReleases(numbersOf(from), numbersOf(row.min_gitlab)) < 0
      ? [
          `Kubernetes ${row.kubernetes} is documented from GitLab ${row.min_gitlab} on: the hops before it run on a version not documented for them.`,
        ]
      : []),
    ...(row?.status === "unsupported"
      ? [`Kubernetes ${row.kubernetes} is no longer supported by the newest GitLab.`]
      : []),
    ...(compareReleases(numbersOf(to), [18]) >= 0 ? [`PostgreSQL: ${facts.datastores.postgresql.note}`] : []),
  ];
}

function unseen(facts: UpgradeFacts, system: SystemUpgrade, to: string): readonly string[] {
  const known = [...system.releases, ...(facts.releases[system.id] ?? [])];
  return known.length > 0 && hasPatch(to) && !known.includes(to)
    ? [`${system.title} ${to} is not among the releases in the facts (${known.join(", ")}).`]
    : [];
}
