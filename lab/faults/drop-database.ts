import { ask } from "../servers/postgresql.ts";
import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

/** Targets whose database was seen to be there again: somebody restored it. */
const back = new Set<string>();
const lookMs = 2_000;

export const dropDatabase: Fault = {
  id: "drop-database",
  title: "A database that was dropped",
  really:
    "MLflow's database is dropped from the real server (DROP DATABASE … WITH (FORCE)): every experiment, run and registered model is gone. Mending makes the lab's first rows anew; only a restore brings back what was written since.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("mlflow-database"),
  async apply(platform, target) {
    const { postgresql } = environmentOf(platform, target);
    back.delete(target);
    await ask(postgresql.adminUrl(), ["drop database if exists mlflow with (force)"]);
    const timer = setInterval(() => {
      void ask(postgresql.adminUrl(), ["select 1 from pg_database where datname = 'mlflow'"])
        .then((rows) => {
          if (rows.length === 0) return;
          back.add(target);
          clearInterval(timer);
        })
        .catch(() => undefined);
    }, lookMs);
    timer.unref();
  },
  async mend(platform, target) {
    await environmentOf(platform, target).refill.databases();
    back.add(target);
  },
  isOver: (_, target) => back.has(target),
};
