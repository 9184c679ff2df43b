import { listFindings } from "../../findings/store-read.ts";
import type { Needs } from "../../health/components.ts";
import { listIncidents } from "../../incidents/store.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Observation } from "../../observations/observe.ts";
import { recordLooks } from "../../observations/store.ts";
import { defaultConfig } from "../../platform/config.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";
import { lookAtHealth } from "./observations.ts";

export const later = (minutes: number): Instant => instantOf(Date.parse(testNow) + minutes * 60_000);

/** What a component's readiness answered so many minutes after the beginning. */
export function said(component: string, health: "healthy" | "unhealthy", minutes: number): Observation {
  return {
    environment: "production",
    component,
    system: component,
    probe: "readiness",
    tells: component === "gitlab" ? "own" : "whole",
    at: later(minutes),
    subject: "readiness",
    kind: "known",
    health,
    value: 503,
    evidence: `${component} answers`,
  };
}

export const keep = (store: Store, ...observations: readonly Observation[]) =>
  recordLooks(store, [{ observations, everySeconds: 60 }]);

/** SharingHub asks GitLab for everything. */
export const needs: Needs = () => new Map([["sharinghub", ["gitlab"]]]);

/** A platform whose trouble becomes incidents. */
export function scene(store: Store) {
  const parts = { store, config: () => ServerConfig.parse({}), clock: { now: () => testNow } };
  const ports = { record: async () => undefined, notify: async () => undefined };
  const { failing, standing } = incidentsOf({ parts, ports, platform: () => defaultConfig } as unknown as Building);
  return {
    look: (minutes: number) => lookAtHealth(store, later(minutes), { needs, failing, standing }),
    open: async () => {
      const rows = await listFindings(store, { state: "open", visible: undefined }, { after: undefined, limit: 9 });
      return rows.map(({ rule, subject }) => `${rule} ${subject}`).toSorted();
    },
    incidents: async () =>
      (await listIncidents(store, { environments: undefined, state: undefined, before: undefined, limit: 9 })).map(
        ({ title }) => title,
      ),
  };
}
