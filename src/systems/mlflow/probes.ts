import type { Probe } from "../probe.ts";
import { knownModelProbe, mlflowSchema, mlflowVersion } from "../probes-mlflow.ts";

export const mlflowProbes: readonly Probe[] = [
  mlflowVersion,
  knownModelProbe("a token that may read the known model"),
  mlflowSchema,
];
