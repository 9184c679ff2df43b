import type { AnyAction, Registry } from "../../engine/action.ts";
import { actionsOf } from "../../engine/actions/index.ts";
import type { AlertmanagerPort } from "../../engine/actions/silence.ts";
import { kubeTraces, silenceTraces } from "../../engine/actions/traces.ts";
import type { Trace } from "../../engine/reconcile.ts";
import { gateActions } from "../../health/gate.ts";
import { messageOf } from "../../kernel/errors.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import { alertmanagerOf } from "./alertmanager.ts";
import type { Building } from "./capability.ts";
import { openClusterBy } from "./cluster.ts";
import { heldDown } from "./fences.ts";

export interface Binding {
  readonly parts: Pick<Building["parts"], "config" | "mode" | "useSecret" | "store" | "log">;
  readonly ports: Pick<Building["ports"], "http" | "notify" | "openCluster">;
  /** Actions of other capabilities; they see the environment when they are asked. */
  readonly more?: readonly AnyAction[];
}

interface Reached {
  /** What it was made from. */
  readonly from: string;
  readonly registry: Registry;
  readonly kube: KubeWriter | undefined;
  readonly alertmanager: AlertmanagerPort | undefined;
}

/** What this process can reach in each environment; made anew when the configuration, the mode or the environments change. */
export class Reach {
  readonly #binding: Binding;
  readonly #environments: () => readonly string[];
  readonly #reached = new Map<string, Reached>();
  readonly #said = new Map<string, string>();
  readonly #nothing: Registry;

  constructor(binding: Binding, environments: () => readonly string[]) {
    this.#binding = binding;
    this.#environments = environments;
    this.#nothing = actionsOf({
      notify: (draft) => binding.ports.notify(binding.parts.store, draft),
      more: [...gateActions(binding.parts.store), ...(binding.more ?? [])],
    });
  }

  /** The actions of an environment; of one that cannot be reached now, those that need nothing of it. */
  registry(environment: string): Registry {
    return this.#reached.get(environment)?.registry ?? this.#nothing;
  }

  get environments(): readonly string[] {
    return [...this.#reached.keys()];
  }

  /** Every mark of a run that stands in an environment. Throws when it could not be asked. */
  async traces(environment: string): Promise<readonly Trace[]> {
    const { kube, alertmanager } = this.#reached.get(environment) ?? {};
    return [
      ...(kube === undefined ? [] : await kubeTraces(kube)),
      ...(alertmanager === undefined ? [] : await silenceTraces(alertmanager)),
    ];
  }

  /** What cannot be reached is said once, and tried again at the next time. */
  async refresh(): Promise<void> {
    for (const environment of this.#environments()) {
      const from = fromOf(this.#binding, environment);
      if (this.#reached.get(environment)?.from === from) continue;
      this.#reached.delete(environment);
      try {
        this.#reached.set(environment, await reach(this.#binding, environment, from));
        this.#said.delete(environment);
      } catch (thrown) {
        const message = `${environment} cannot be reached: ${messageOf(thrown)}`;
        if (this.#said.get(environment) !== message) this.#binding.parts.log({ level: "error", message });
        this.#said.set(environment, message);
      }
    }
  }
}

/**
 * What can be looked at, for asking the targets after a restore: in mode observe with the observer's credential, which is all
 * that this mode loads. Nothing is done by these actions; they are asked whether something was.
 */
export function eyesOf({ parts, ports }: Binding, environments: () => readonly string[]): Reach {
  if (parts.mode() !== "observe") return new Reach({ parts, ports }, environments);
  const config = () => ({ ...parts.config(), alertmanager: undefined });
  return new Reach({ parts: { ...parts, config, mode: () => "shadow" }, ports }, environments);
}

function fromOf({ parts }: Binding, environment: string): string {
  const { clusters, alertmanager } = parts.config();
  return JSON.stringify([parts.mode(), clusters.filter((one) => one.environment === environment), alertmanager]);
}

async function reach(binding: Binding, environment: string, from: string): Promise<Reached> {
  const { parts, ports } = binding;
  const kube = await clusterOf(binding, environment);
  const alertmanager = alertmanagerOf(binding);
  const registry = actionsOf({
    notify: (draft) => ports.notify(parts.store, draft),
    kube,
    alertmanager,
    heldDown,
    more: [...gateActions(parts.store), ...(binding.more ?? [])],
  });
  return { from, registry, kube, alertmanager };
}

/** The changer's credential is loaded in mode act alone; in shadow the observer's, which may change nothing. */
async function clusterOf({ parts, ports }: Binding, environment: string): Promise<KubeWriter | undefined> {
  const mode = parts.mode();
  const cluster = parts.config().clusters.find((one) => one.environment === environment);
  if (cluster === undefined || mode === "observe") return undefined;
  const ref = mode === "act" ? cluster.write : cluster.kubeconfig;
  if (ref === undefined && !(mode === "shadow" && cluster.inCluster)) return undefined;
  return openClusterBy({ parts, ports }, cluster, ref);
}
