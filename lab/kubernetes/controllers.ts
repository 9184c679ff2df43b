import { CronJobs } from "./cronjob.ts";
import { DaemonSets } from "./daemonset.ts";
import { Events } from "./events.ts";
import type { PodFate } from "./fate.ts";
import { type JobProgram, Jobs } from "./job.ts";
import { Kubelet } from "./kubelet.ts";
import type { LogBook } from "./logs.ts";
import { Rollouts } from "./rollout.ts";
import { StatefulSets } from "./statefulset.ts";
import type { ObjectStore } from "./store.ts";
import { stepSurroundings } from "./surroundings.ts";

/** What works in a cluster without being asked. Each call takes everything one step on. */
export function controllersOf(parts: {
  readonly store: ObjectStore;
  readonly fate: PodFate;
  readonly logs: LogBook;
  readonly program: JobProgram;
}): () => void {
  const { store, fate, logs, program } = parts;
  const kubelet = new Kubelet(store, fate, new Events(store, "kubelet"));
  const rollouts = new Rollouts(store, kubelet, new Events(store, "deployment-controller"));
  const statefulSets = new StatefulSets(store, kubelet, new Events(store, "statefulset-controller"));
  const daemonSets = new DaemonSets(store, kubelet, new Events(store, "daemonset-controller"));
  const cronJobs = new CronJobs(store, new Events(store, "cronjob-controller"));
  const jobs = new Jobs({ store, fate, logs, program, events: new Events(store, "job-controller") });
  const events = new Events(store, "lab");
  let steps = 0;
  return () => {
    kubelet.step();
    rollouts.step();
    statefulSets.step();
    daemonSets.step();
    cronJobs.step();
    jobs.step();
    stepSurroundings(store);
    steps += 1;
    if (steps % 100 === 0) events.forgetOld();
  };
}
