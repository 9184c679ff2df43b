import type { Probe } from "../probe.ts";
import { knownModelProbe, mlflowGate, mlflowSchema, mlflowVersion } from "../probes-mlflow.ts";

const right = "a GitLab token with at least guest access to the known model's project, sent as Bearer";

export const pluginProbes: readonly Probe[] = [mlflowVersion, mlflowGate, knownModelProbe(right), mlflowSchema];
