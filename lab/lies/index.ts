import type { Lie } from "../stand-in/lie.ts";
import { gitlabAllowlist } from "./gitlab-allowlist.ts";
import { gitlabClockSkewed } from "./gitlab-clock-skewed.ts";
import { gitlabErrorPage } from "./gitlab-error-page.ts";
import { gitlabGroupCountedGood } from "./gitlab-group-counted-good.ts";
import { gitlabLoginPage } from "./gitlab-login-page.ts";
import { gitlabMetricsElsewhere } from "./gitlab-metrics-elsewhere.ts";
import { gitlabOldVersion } from "./gitlab-old-version.ts";
import { gitlabQueryDropped } from "./gitlab-query-dropped.ts";
import { gitlabRedirectToLogin } from "./gitlab-redirect-to-login.ts";
import { mlflowEmptyStore } from "./mlflow-empty-store.ts";
import { mlflowGreenHealth } from "./mlflow-green-health.ts";
import { mlflowHiddenFromStrangers } from "./mlflow-hidden-from-strangers.ts";
import { sharinghubEmptyList } from "./sharinghub-empty-list.ts";
import { sharinghubInterfaceEverywhere } from "./sharinghub-interface-everywhere.ts";
import { sharinghubStaleCache } from "./sharinghub-stale-cache.ts";

/** Every planted lie. */
export const lies: readonly Lie[] = [
  gitlabAllowlist,
  gitlabClockSkewed,
  gitlabErrorPage,
  gitlabGroupCountedGood,
  gitlabLoginPage,
  gitlabMetricsElsewhere,
  gitlabOldVersion,
  gitlabQueryDropped,
  gitlabRedirectToLogin,
  mlflowEmptyStore,
  mlflowGreenHealth,
  mlflowHiddenFromStrangers,
  sharinghubEmptyList,
  sharinghubInterfaceEverywhere,
  sharinghubStaleCache,
];

export const gitlabLies: readonly Lie[] = lies.filter(({ system }) => system === "gitlab");
export const sharinghubLies: readonly Lie[] = lies.filter(({ system }) => system === "sharinghub");
export const mlflowLies: readonly Lie[] = lies.filter(({ system }) => system === "mlflow");
