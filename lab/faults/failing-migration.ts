import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const failingMigration: Fault = {
  id: "failing-migration",
  title: "A migration that fails",
  really:
    "One schema migration of GitLab's next upgrade fails after its statements and is rolled back on the real database; those before it stay.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("gitlab"),
  async apply(platform, target, random) {
    environmentOf(platform, target).gitlab.fate({ kind: "fails", at: 1 + Math.floor(random() * 2) });
  },
  async mend(platform, target) {
    environmentOf(platform, target).gitlab.fate({ kind: "well" });
  },
};
