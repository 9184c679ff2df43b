import { type AuditInput, gather, judge } from "../findings/audit.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeReader } from "../kernel/kube.ts";
import type { Tree } from "../kernel/ports.ts";
import type { PlatformConfig } from "../platform/config.ts";
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
  readonly now: Instant;
}

/**
 * Looks at a live platform once and says how it stands. It only reads. What could not be read is told as unknown with the right
 * that would show it, and never counts as fine.
 */
export async function assess(input: AssessInput): Promise<Assessment> {
  const { reader, environment, now, systems, rules } = input;
  const live = await readCluster(reader, input.namespaces);
  const asked = { systems, rules, now };
  const liveInput: AuditInput = {
    ...asked,
    tree: liveTree(live),
    config: withCluster(input.config, environment, live.version),
  };
  const liveEvidence = await gather(liveInput);
  const gitInput: AuditInput | undefined =
    input.tree === undefined ? undefined : { ...asked, tree: input.tree, config: input.config };
  const gitEvidence = gitInput === undefined ? undefined : await gather(gitInput);
  const gitAudit = gitInput === undefined || gitEvidence === undefined ? undefined : judge(gitEvidence, gitInput);
  const pins = gitEvidence?.facts.pins.filter(
    (pin) => environment === undefined || pin.environment === undefined || pin.environment === environment,
  );
  const { components } = liveEvidence.facts;
  const sections: readonly Section[] = [
    podSection(live, now),
    serviceSection(live),
    nodeSection(live, now),
    applicationSection(live, now),
    driftSection({ live, repository: gitEvidence?.facts, environment, now }),
    backupSection(live, now),
    certificateSection(live, now),
    findingSection(judge(liveEvidence, liveInput), gitAudit),
    imageSection(live, pins),
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
