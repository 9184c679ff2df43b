import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const gitlabGroupCountedGood: Lie = {
  id: "gitlab-group-counted-good",
  title: "A group counts as good though one of its entries failed",
  system: "gitlab",
  source: "gitlabhq/gitlabhq lib/gitlab/health_checks/probes/collection.rb @4555e1b21: probes.any?(&:success)",
  looksLike: 'Status 200 and "status":"ok" while one Gitaly shard is dead.',
  caughtBy: { probe: "readiness", subject: "readiness" },
  tell: () => async (request, truth) => {
    if (pathOf(request) !== "/-/readiness") return undefined;
    const said = (await (await truth()).json()) as Record<string, unknown>;
    const good = { status: "ok", labels: { shard: "default" } };
    return Response.json({
      ...said,
      gitaly_check: [good, { status: "failed", message: "14:failed to connect", labels: { shard: "second" } }],
    });
  },
};
