import { type Audit, type AuditInput, gather, judge, type RepositoryFacts } from "../findings/audit.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeReader } from "../kernel/kube.ts";
import type { Tree } from "../kernel/ports.ts";
import type { TlsInspector } from "../kernel/probe-ports.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { Pin } from "../platform/pin.ts";
import type { Assessment, Section } from "../reports/assess/assessment.ts";
import type { Rule, System } from "../systems/contract.ts";
import type { UpgradeFacts } from "../upgrades/facts.ts";
import type { EndOfLifeTable } from "../versions/freshness-end-of-life.ts";
import { applicationSection } from "./applications.ts";
import { backupSection } from "./backups.ts";
import { certificateSection } from "./certificates.ts";
import { driftSection } from "./drift.ts";
import { eventSection } from "./events.ts";
import { findingSection } from "./findings.ts";
import { handSection } from "./hands.ts";
import { imageSection } from "./images.ts";
import { readCluster } from "./live.ts";
import { liveFolder, liveTree } from "./live-tree.ts";
import { nodeSection } from "./nodes.ts";
import { podSection } from "./pods.ts";
import { probeIngresses, type ServedCertificates } from "./served-certificates.ts";
import { quotaSection, volumeSection } from "./storage.ts";
import { versionSection } from "./versions.ts";
import { resourceSection, serviceSection } from "./workloads.ts";

export interface AssessInput {
  readonly reader: KubeReader;
  /** The repository that says what should run; without one nothing is compared. */
  readonly tree: Tree | undefined;
  readonly config: PlatformConfig;
  /** Which environment of the repository the cluster is. */
  readonly environment: string | undefined;
  /** Where an account may look that sees no more; all when empty. */
  readonly namespaces: readonly string[];
  readonly systems: readonly System[];
  readonly rules: readonly Rule[];
  readonly upgradeFacts: UpgradeFacts;
  readonly endOfLife: EndOfLifeTable;
  /** Looks at the certificates that hosts of Ingresses show; they are not asked without one. */
  readonly tls: TlsInspector | undefined;
  readonly now: Instant;
}

/**
 * Looks at a live platform once and says how it stands. It only reads. What could not be read is told as unknown with the right
 * that would show it, and never counts as fine.
 */
export async function assess(input: AssessInput): Promise<Assessment> {
  const { reader, environment, now, systems, rules } = input;
  const live = await readCluster(reader, input.namespaces);
  const served: ServedCertificates = input.tls === undefined ? new Map() : await probeIngresses(live, input.tls);
  const config = withCluster(input.config, environment, live.version);
  const liveInput: AuditInput = { tree: liveTree(live), config, systems, rules, now };
  const liveEvidence = await gather(liveInput);
  const git = input.tree === undefined ? undefined : await readGit(input.tree, input);
  const { components } = liveEvidence.facts;
  const sections: readonly Section[] = [
    podSection(live, now),
    serviceSection(live),
    nodeSection(live, now),
    applicationSection(live, now),
    driftSection({ live, repository: git?.facts, environment, now }),
    backupSection(live, now),
    certificateSection(live, served, now),
    findingSection(judge(liveEvidence, liveInput), git?.audit),
    imageSection(live, git?.pins),
    versionSection({
      components,
      kubernetes: live.version,
      facts: input.upgradeFacts,
      endOfLife: input.endOfLife,
      now,
    }),
    handSection(live),
    resourceSection(live),
    volumeSection(live),
    quotaSection(live),
    eventSection(live, now),
  ];
  return {
    schema: "millwright/assessment/1",
    at: now,
    cluster: live.label,
    kubernetes: live.version,
    repository: input.tree?.label ?? null,
    environment: environment ?? null,
    objects: live.count(),
    sections,
  };
}

/** What the repository says: its facts, the findings on it, and the pins of the environment. */
async function readGit(
  tree: Tree,
  { config, systems, rules, now, environment }: AssessInput,
): Promise<{ readonly facts: RepositoryFacts; readonly audit: Audit; readonly pins: readonly Pin[] }> {
  const input: AuditInput = { tree, config, systems, rules, now };
  const evidence = await gather(input);
  const isOf = (pin: Pin): boolean =>
    environment === undefined || pin.environment === undefined || pin.environment === environment;
  return { facts: evidence.facts, audit: judge(evidence, input), pins: evidence.facts.pins.filter(isOf) };
}

/**
 * The live objects belong to the environment that was named, so that findings have the ids they have in Git, and it runs the
 * version that it runs. Other environments are not here.
 */
function withCluster(config: PlatformConfig, environment: string | undefined, version: string): PlatformConfig {
  if (environment === undefined) return { ...config, environments: [] };
  const kubernetes = /^v?(1\.\d+)/.exec(version)?.[1];
  const own = config.environments.find(({ name }) => name === environment);
  const here = { ...own, name: environment, paths: [liveFolder] };
  return { ...config, environments: [kubernetes === undefined ? here : { ...here, kubernetes }] };
}
