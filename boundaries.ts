/**
 * What a folder of `src/` may import, besides itself. Imports run one way: shells → capabilities → contract → platform →
 * kernel. Lint enforces this list; `scripts/boundaries.test.ts` plants a fault and sees it found.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  platform: ["kernel"],
  edge: ["kernel"],
  inventory: ["kernel", "platform", "systems/contract"],
  versions: ["kernel", "platform", "systems/contract", "store", "access"],
  security: ["kernel", "platform", "systems/contract"],
  findings: ["kernel", "platform", "systems/contract", "inventory", "security", "store", "access"],
  upgrades: ["kernel", "platform", "systems/contract", "versions"],
  guides: ["kernel", "platform"],
  store: ["kernel", "platform"],
  access: ["kernel", "platform", "store"],
  journal: ["kernel", "platform", "store", "access"],
  notices: ["kernel", "platform", "store", "access"],
  engine: ["kernel", "platform", "store", "access"],
  forge: ["kernel", "platform", "systems/contract", "store", "access"],
  observations: ["kernel", "platform", "systems/contract", "store", "access"],
  health: ["kernel", "platform", "systems/contract", "store", "access", "engine", "observations"],
  backups: ["kernel", "platform", "systems/contract", "store", "access", "engine", "calendar", "findings"],
  drift: ["kernel", "platform", "systems/contract"],
  live: ["kernel", "platform", "systems/contract", "store", "access", "inventory", "engine", "findings", "drift", "assess", "calendar"],
  calendar: ["kernel", "platform", "systems/contract", "store", "access", "engine"],
  incidents: ["kernel", "platform", "store", "access", "engine", "observations"],
  overview: ["kernel", "platform", "systems/contract", "store", "access", "engine", "observations", "health", "calendar", "incidents", "findings", "live", "journal", "versions", "upgrades", "guides", "reports", "backups"],
  documents: ["kernel", "platform", "systems/contract", "store", "access", "findings", "observations", "live", "calendar", "guides", "reports", "upgrades", "overview"],
  reports: ["kernel", "platform", "systems/contract", "inventory", "findings", "guides", "upgrades", "versions"],
  assess: ["kernel", "platform", "systems/contract", "inventory", "findings", "drift", "versions", "upgrades", "reports"],
  api: ["*"],
  worker: ["*"],
  cli: ["assess", "live", "health", "forge", "backups", "drift", "calendar", "journal", "access", "kernel", "platform", "systems/contract", "inventory", "versions", "security", "findings", "upgrades", "guides", "reports"],
};

/** The files that bind the ports: they alone see `edge/` and the list of systems. */
export const bindings: readonly string[] = ["src/cli/start.ts", "src/cli/main.ts", "src/api/main.ts", "src/api/open-repository.ts"];

/** Every folder of `src/`; a folder that is not here fails the check. */
export const folders: readonly string[] = [...Object.keys(mayImport), "systems"];
