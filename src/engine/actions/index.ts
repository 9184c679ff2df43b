import type { KubeWriter } from "../../kernel/kube.ts";
import type { NoticeDraft } from "../../platform/record.ts";
import { type AnyAction, type Registry, registryOf } from "../action.ts";
import { argocdActions } from "./argocd.ts";
import { leaseActions } from "./lease.ts";
import { noticeAction } from "./notice.ts";
import { type HeldDown, rolloutActions } from "./rollout.ts";
import { type AlertmanagerPort, silenceActions } from "./silence.ts";

/** What a worker can reach in one environment. What is left out, its steps wait for a worker that can. */
export interface ActionPorts {
  readonly notify: (draft: NoticeDraft) => Promise<void>;
  readonly kube?: KubeWriter | undefined;
  readonly alertmanager?: AlertmanagerPort | undefined;
  /** What holds a workload down for now, so that no run may change it, and until when; undefined: nothing does. */
  readonly heldDown?: HeldDown | undefined;
  /** Actions of other capabilities. */
  readonly more?: readonly AnyAction[];
}

/** The actions of one environment, its credentials bound in. */
export function actionsOf({ notify, kube, alertmanager, heldDown, more = [] }: ActionPorts): Registry {
  return registryOf([
    noticeAction(notify),
    ...(kube === undefined ? [] : [...leaseActions(kube), ...rolloutActions(kube, heldDown), ...argocdActions(kube)]),
    ...(alertmanager === undefined ? [] : silenceActions(alertmanager)),
    ...more,
  ]);
}
