import { compareVersions } from "../../kernel/version.ts";
import { isAtLeast, isBefore, releaseOf } from "../ask.ts";
import type { ChartFacts } from "../contract.ts";
import table from "./chart-versions.json" with { type: "json" };

const pairs: ReadonlyMap<string, string> = new Map(table.pairs.map(({ chart, gitlab }) => [chart, gitlab]));
let newest: string | undefined;

/** The newest chart of the table; worked out when first asked for, since most runs never do. */
function newestPair(): string {
  newest ??= table.pairs.reduce((best, { chart }) => (compareVersions(chart, best) > 0 ? chart : best), "");
  return newest;
}

/**
 * The GitLab version of a chart version, without `v`. Within the documented table by the table, because its patch numbers
 * have exceptions; newer charts by the rule (chart major + 9, minor and patch equal); older ones that the table leaves
 * out are not known.
 */
export function gitlabVersionOf(chart: string, chartVersion: string): string | undefined {
  const release = releaseOf(chartVersion);
  if (chart !== "gitlab" || release?.length !== 3) return undefined;
  const written = release.join(".");
  const [major = 0, minor, patch] = release;
  return (
    pairs.get(written) ?? (compareVersions(written, newestPair()) > 0 ? `${major + 9}.${minor}.${patch}` : undefined)
  );
}

const sources = {
  chart:
    "integratop/gitlab-org-charts-mirror@3403350c8 values.yaml, read at 6.0.0, 7.0.0, 8.0.0, 8.11.0, 9.0.0, 9.3.0 and 9.9.1; charts/gitlab/charts/toolbox/values.yaml",
  chart10:
    "nobidev/gitlab-charts values.yaml @00299f1c4 and charts/gitlab/charts/toolbox/values.yaml @1537f2977; doc/releases/10_0.md @0931d4199",
};

/** Defaults of the chart's keys that rules ask for. */
export function gitlabChartFacts(chart: string, version: string): ChartFacts | undefined {
  if (chart !== "gitlab" || !isAtLeast(version, "6.0.0") || !isBefore(version, "11")) return undefined;
  const appVersion = gitlabVersionOf(chart, version);
  const everywhere = {
    "global.edition": "ee",
    "global.gitlabVersion": null,
    "upgradeCheck.enabled": true,
    "shared-secrets.enabled": true,
    "gitlab.toolbox.backups.cron.enabled": false,
    "gitlab.toolbox.backups.cron.extraArgs": "",
    "global.psql.host": null,
    "global.redis.host": null,
  };
  if (isAtLeast(version, "10")) {
    const defaults = { ...everywhere, installCertmanager: true, "nginx-ingress.enabled": false };
    return { chart, version, appVersion, defaults, source: sources.chart10 };
  }
  return {
    chart,
    version,
    appVersion,
    source: sources.chart,
    defaults: {
      ...everywhere,
      "postgresql.install": true,
      "redis.install": true,
      "global.minio.enabled": true,
      "nginx-ingress.enabled": true,
      ...(isAtLeast(version, "9") ? { installCertmanager: true } : { "certmanager.install": true }),
    },
  };
}
