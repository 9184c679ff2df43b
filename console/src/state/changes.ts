/** Which reads show something of a kind of change: the beginnings of their paths. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  findings: ["/finding", "/sources", "/components", "/drift"],
  runs: ["/runs", "/work-orders", "/incidents", "/backups/stores"],
  work: ["/work-orders", "/calendar", "/windows", "/simulate"],
  duties: ["/duties", "/calendar", "/guides"],
  incidents: ["/incidents", "/held-alerts"],
  journal: ["/journal", "/guides", "/emergencies"],
  health: ["/health", "/observation", "/series", "/key-metrics", "/components", "/graph"],
  inventory: ["/components", "/inventory", "/sources", "/graph", "/matrix"],
  releases: ["/outdated", "/matrix", "/components"],
  configuration: ["/settings", "/calendar", "/windows", "/duties", "/components", "/graph"],
};

/** Sums of all kinds. */
const always = ["/overview", "/environments"];

/** Whether what was read from a path may be another now that things of these kinds have changed. */
export function isAffected(path: unknown, kinds: readonly string[]): boolean {
  if (typeof path !== "string" || kinds.length === 0) return false;
  return [...always, ...kinds.flatMap((kind) => shownBy[kind] ?? [])].some((beginning) => path.startsWith(beginning));
}
