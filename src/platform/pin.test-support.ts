import type { Component, Pin } from "./pin.ts";

/** The chart of GitLab, as an Application of production pins it. */
export const gitlabChart: Pin = {
  id: "p1",
  file: "apps/gitlab.yaml",
  line: 7,
  column: 1,
  range: [0, 1],
  path: "spec.source.targetRevision",
  reader: "argocd",
  kind: "chart",
  name: "gitlab-chart",
  version: "8.7.1",
  digest: null,
  source: null,
  state: "pinned",
  environment: "production",
};

/** A component of which nothing but this is known. */
export function bareComponent(name: string, system: string | null, environment: string | null = null): Component {
  return { name, system, environment, namespace: null, version: null, pins: [] };
}
