import { type LiveCluster, readCluster } from "../assess/live.ts";
import type { ServedCertificates } from "../assess/served-certificates.ts";
import { type Fact, known } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeReader } from "../kernel/kube.ts";
import { applicationsIn } from "./applications.ts";
import { certificatesIn, servedIn } from "./certificates.ts";
import { type Desired, driftsIn } from "./drifts.ts";
import type { LiveDrift, LiveFacts } from "./facts.ts";
import { workloadsIn } from "./workloads.ts";
import { writersIn } from "./writers.ts";

export interface Looking {
  readonly environment: string;
  readonly production: boolean;
  /** undefined: no repository says what should run here; Argo CD's verdict counts alone. */
  readonly desired: Desired | undefined;
  readonly now: Instant;
}

/** Looks at a cluster once. Throws `SystemError` when it does not answer. */
export async function lookAtCluster(
  reader: KubeReader,
  looking: Looking,
  serve: (live: LiveCluster) => Promise<ServedCertificates>,
): Promise<{ readonly facts: LiveFacts; readonly version: string; readonly objects: number }> {
  const live = await readCluster(reader, []);
  const facts = factsOf(live, looking, await serve(live));
  return { facts, version: live.version, objects: live.count() };
}

/** What the rules see of a cluster. */
export function factsOf(
  live: LiveCluster,
  { environment, production, desired, now }: Looking,
  served: ServedCertificates,
): LiveFacts {
  const applications = applicationsIn(live);
  return {
    environment,
    production,
    now,
    applications,
    drifts: driftFact(live, applications, desired),
    certificates: certificatesIn(live),
    served: known(servedIn(served), live.label),
    writers: writersIn(live),
    workloads: workloadsIn(live),
  };
}

/** Without Argo CD's verdict it is not known what drifts; a cluster without Argo CD has only Git's own files to go by. */
function driftFact(
  live: LiveCluster,
  applications: LiveFacts["applications"],
  desired: Desired | undefined,
): Fact<readonly LiveDrift[]> {
  if (applications.kind === "unknown") return applications;
  return known(driftsIn(live, applications.kind === "known" ? applications.value : [], desired), live.label);
}
