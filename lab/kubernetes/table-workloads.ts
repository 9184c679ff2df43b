import type { Container, ContainerStatus } from "./fate.ts";
import type { Columns } from "./table.ts";
import { ageText, durationText, joined, labelsText, none } from "./table-text.ts";
import type { Stored } from "./types.ts";

interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly containers?: readonly Container[];
}

interface Spec {
  readonly replicas?: number;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template?: { readonly spec?: PodSpec };
  readonly jobTemplate?: { readonly spec?: Spec };
  readonly completions?: number;
  readonly suspend?: boolean;
  readonly schedule?: string;
  readonly timeZone?: string;
}

interface Status {
  readonly [count: string]: unknown;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly lastScheduleTime?: string;
  readonly active?: unknown;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const specOf = ({ spec }: Stored): Spec => (spec ?? {}) as Spec;
const statusOf = ({ status }: Stored): Status => (status ?? {}) as Status;
const count = (object: Stored, field: string): number => Number(statusOf(object)[field] ?? 0);
const wanted = (object: Stored): number => specOf(object).replicas ?? 1;

const containersOf = (spec: Spec): readonly Container[] => spec.template?.spec?.containers ?? [];
const inside: Columns = [
  ["Containers", (object) => joined(containersOf(specOf(object)).map(({ name }) => name)), 1],
  ["Images", (object) => joined(containersOf(specOf(object)).map(({ image }) => image)), 1],
];
const selector: Columns = [["Selector", (object) => labelsText(specOf(object).selector?.matchLabels), 1]];
const age: Columns = [["Age", ({ metadata }, now) => ageText(metadata.creationTimestamp, now)]];

interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly podIP?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** printPod: a container that waits or has ended says more than the phase. */
function podState({ metadata, status }: Stored): string {
  const { phase = "Pending", reason, containerStatuses = [] } = (status ?? {}) as PodStatus;
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  const said = containerStatuses
    .map(({ state }) => state.waiting?.reason ?? state.terminated?.reason)
    .find((one) => one !== undefined && one !== "");
  const isRunning = containerStatuses.some(({ ready, state }) => ready && state.running !== undefined);
  return said === "Completed" && isRunning ? "Running" : (said ?? reason ?? phase);
}

function restarts({ status }: Stored, now: string): string {
  const { containerStatuses = [] } = (status ?? {}) as PodStatus;
  const sum = containerStatuses.reduce((all, { restartCount }) => all + restartCount, 0);
  const last = containerStatuses
    .map(({ lastState }) => (lastState as { readonly terminated?: { readonly finishedAt?: string } })?.terminated)
    .flatMap((ended) => ended?.finishedAt ?? [])
    .toSorted()
    .at(-1);
  return sum === 0 || last === undefined ? String(sum) : `${sum} (${ageText(last, now)} ago)`;
}

function readyOf({ spec, status }: Stored): string {
  const { containerStatuses = [] } = (status ?? {}) as PodStatus;
  const all = ((spec ?? {}) as PodSpec).containers ?? [];
  return `${containerStatuses.filter(({ ready }) => ready).length}/${all.length}`;
}

const pod: Columns = [
  ["Ready", readyOf],
  ["Status", podState],
  ["Restarts", restarts],
  ...age,
  ["IP", ({ status }) => ((status ?? {}) as PodStatus).podIP ?? none, 1],
  ["Node", ({ spec }) => ((spec ?? {}) as PodSpec).nodeName ?? none, 1],
  ["Nominated Node", () => none, 1],
  ["Readiness Gates", () => none, 1],
];

function jobState(object: Stored): string {
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  const { conditions = [] } = statusOf(object);
  const held = ["Complete", "Failed", "Suspended"].find((type) =>
    conditions.some((one) => one.type === type && one.status === "True"),
  );
  return held ?? (specOf(object).suspend === true ? "Suspended" : "Running");
}

function jobDuration(object: Stored, now: string): string {
  const { startTime, completionTime } = statusOf(object);
  return startTime === undefined ? "" : durationText(Date.parse(completionTime ?? now) - Date.parse(startTime));
}

const cronSpec = (object: Stored): Spec => specOf(object).jobTemplate?.spec ?? {};

/** The columns of workloads (kubernetes pkg/printers/internalversion/printers.go, as of 1.31: a Job has a status, a CronJob a time zone). */
export const workloadColumns: Readonly<Record<string, Columns>> = {
  Pod: pod,
  Deployment: [
    ["Ready", (object) => `${count(object, "readyReplicas")}/${wanted(object)}`],
    ["Up-to-date", (object) => count(object, "updatedReplicas")],
    ["Available", (object) => count(object, "availableReplicas")],
    ...age,
    ...inside,
    ...selector,
  ],
  StatefulSet: [["Ready", (object) => `${count(object, "readyReplicas")}/${wanted(object)}`], ...age, ...inside],
  ReplicaSet: [
    ["Desired", wanted, 0, "integer"],
    ["Current", (object) => count(object, "replicas"), 0, "integer"],
    ["Ready", (object) => count(object, "readyReplicas"), 0, "integer"],
    ...age,
    ...inside,
    ...selector,
  ],
  DaemonSet: [
    ["Desired", (object) => count(object, "desiredNumberScheduled"), 0, "integer"],
    ["Current", (object) => count(object, "currentNumberScheduled"), 0, "integer"],
    ["Ready", (object) => count(object, "numberReady"), 0, "integer"],
    ["Up-to-date", (object) => count(object, "updatedNumberScheduled"), 0, "integer"],
    ["Available", (object) => count(object, "numberAvailable"), 0, "integer"],
    ["Node Selector", (object) => labelsText(specOf(object).template?.spec?.nodeSelector)],
    ...age,
    ...inside,
    ...selector,
  ],
  Job: [
    ["Status", jobState],
    ["Completions", (object) => `${count(object, "succeeded")}/${specOf(object).completions ?? 1}`],
    ["Duration", jobDuration],
    ...age,
    ...inside,
    ...selector,
  ],
  CronJob: [
    ["Schedule", (object) => specOf(object).schedule ?? ""],
    ["Timezone", (object) => specOf(object).timeZone ?? none],
    ["Suspend", (object) => (specOf(object).suspend === true ? "True" : "False"), 0, "boolean"],
    ["Active", (object) => ((statusOf(object).active ?? []) as readonly unknown[]).length, 0, "integer"],
    [
      "Last Schedule",
      (object, now) => {
        const { lastScheduleTime } = statusOf(object);
        return lastScheduleTime === undefined ? none : ageText(lastScheduleTime, now);
      },
    ],
    ...age,
    ["Containers", (object) => joined(containersOf(cronSpec(object)).map(({ name }) => name)), 1],
    ["Images", (object) => joined(containersOf(cronSpec(object)).map(({ image }) => image)), 1],
    ["Selector", () => none, 1],
  ],
};
