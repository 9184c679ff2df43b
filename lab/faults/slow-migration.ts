import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const slowMigration: Fault = {
  id: "slow-migration",
  title: "A migration that takes long",
  really:
    "Each schema migration of GitLab's next upgrade sleeps 20 to 60 seconds within its transaction on the real database.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("gitlab"),
  async apply(platform, target, random) {
    environmentOf(platform, target).gitlab.fate({ kind: "slow", millis: 20_000 + Math.floor(random() * 40_000) });
  },
  async mend(platform, target) {
    environmentOf(platform, target).gitlab.fate({ kind: "well" });
  },
};
