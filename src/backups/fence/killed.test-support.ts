// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { openKubeWriter } from "../../edge/kube.ts";
import type { Instant } from "../../kernel/instant.ts";
import { behindFence } from "./fence.ts";
import { WorkloadPart } from "./workload.ts";

/*
 * A run in a process of its own, for a test that kills it: it says when its writers stand still, and goes no further.
 */
const { FENCE_KUBECONFIG: kubeconfig = "", FENCE_AT: at = "" } = process.env;

if (import.meta.main) {
  const cluster = openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
  await behindFence(
    {
      parts: ["webservice", "sidekiq"].map(
        (name) => new WorkloadPart({ namespace: "gitlab", name, kind: "deployment" }, cluster),
      ),
      by: "killed run",
      waitSeconds: 60,
      clock: { now: () => at as Instant },
      pause: (millis) => new Promise((resolve) => setTimeout(resolve, Math.max(20, millis / 100))),
      progress: () => undefined,
      signal: new AbortController().signal,
    },
    async () => {
      process.stdout.write("stopped\n");
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    },
  );
}
