import type { GuideLine } from "./line.ts";

/** Which rules watch over a requirement: their findings say how a repository stands to its lines. A rule, or a group. */
const watchedBy: Readonly<Record<string, readonly string[]>> = {
  "VER-2": ["pinning"],
  "VER-5": ["end-of-life"],
  "UPG-1": ["gitlab", "postgresql"],
  "UPG-2": ["sharinghub"],
  "UPG-3": ["mlflow"],
  "BAK-1": ["backups"],
  "SEC-5": ["secrets"],
  "CFG-1": ["argocd"],
  "CMD-1": ["scripts"],
};

const images = ["pinning-image-latest", "pinning-image-missing", "pinning-image-floating"];

/** Lines that one rule or a few look at; a line that names none here is watched as its requirement is. */
const linesWatchedBy: Readonly<Record<string, readonly string[]>> = {
  "A.1": ["pinning-image-latest", "pinning-image-missing", "pinning-chart"],
  "A.2": ["pinning-chart", "pinning-git", "pinning-version-read-as-number"],
  "A.3": images,
  "A.4": ["pinning-image-latest", "pinning-image-floating"],
  "A.6": [],
  "A.10": ["gitlab-version-not-the-charts"],
  "A.11": ["sharinghub-chart-is-in-git", "sharinghub-stub-chart"],
  "A.12": ["mlflow-image-from-private-registry", "pinning-tag-not-the-charts"],
  "A.19": ["argocd-no-automated-sync", "argocd-sync-choices-not-stated", "argocd-prune-to-nothing"],
  "A.20": ["argocd-self-heal-not-as-decided", "gitlab-self-heal-and-bundled-database"],
  "A.21": ["argocd-no-retry"],
  "A.26": [],
  "A.27": [],
  "A.28": [],
  "A.29": [],
  "A.38": ["argocd-default-project"],
  "A.39": ["argocd-value-file-not-in-chart", "argocd-values-ref-undeclared", "pinning-chart"],
  "A.40": ["argocd-namespace-not-created"],
  "B.30": ["terraform-provider-not-locked"],
};

/** The rules, and groups of rules, that speak against a line; none where no rule can see it. */
export function watchersOf({ id, requirement }: Pick<GuideLine, "id" | "requirement">): readonly string[] {
  return linesWatchedBy[id] ?? requirement.flatMap((name) => watchedBy[name] ?? []);
}

/** Every rule and group that a line is watched by, for the test that they exist. */
export const guideWatchers: readonly string[] = [
  ...new Set([...Object.values(watchedBy), ...Object.values(linesWatchedBy)].flat()),
];
