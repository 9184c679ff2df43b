import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const deadDatabase: Fault = {
  id: "dead-database",
  title: "A database that died",
  really:
    "The environment's real PostgreSQL is killed (SIGQUIT) and stays down; both databases are gone until it is started.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("postgresql"),
  async apply(platform, target) {
    await environmentOf(platform, target).postgresql.stop("immediate");
  },
  async mend(platform, target) {
    await environmentOf(platform, target).postgresql.start();
  },
};
