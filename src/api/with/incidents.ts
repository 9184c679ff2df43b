import { newOrder } from "../../calendar/propose.ts";
import { insertOrder } from "../../calendar/store.ts";
import { whereFinding } from "../../findings/store-read.ts";
import { closedUnlooked } from "../../findings/store-record.ts";
import { openHeld, receiveAlerts } from "../../incidents/alerts.ts";
import { callFurther } from "../../incidents/call.ts";
import { certificatesOf } from "../../incidents/cause.ts";
import type { Debt, IncidentPorts } from "../../incidents/incident.ts";
import {
  type FailedProbe,
  incidentOfFinding,
  incidentOfProbe,
  type NewIncident,
  openFound,
  openIncident,
} from "../../incidents/open.ts";
import { receiveFromPager } from "../../incidents/pager.ts";
import { remindOfReviews } from "../../incidents/review.ts";
import { incidentService } from "../../incidents/routes.ts";
import { answersAgain, type Origin, tellWell, type Well } from "../../incidents/well.ts";
import { idOf } from "../../kernel/digest.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Standing } from "../../observations/store-read.ts";
import { millwright } from "../../platform/actor.ts";
import { conventionalName, type PlatformConfig } from "../../platform/config.ts";
import type { Store } from "../../store/store.ts";
import type { RuleGroup } from "../../systems/contract.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";

/** Told of components that are in trouble and stay so. */
type Failing = (store: Store, failed: readonly FailedProbe[], now: Instant) => Promise<void>;

/** Told how components stand: one that is well again is written down in its incident. */
type Standings = (store: Store, standings: readonly Standing[], now: Instant) => Promise<void>;

/** Told of what is an incident by itself, whatever its severity and wherever it shows. */
export type Trouble = (store: Store, wanted: readonly NewIncident[], now: Instant) => Promise<void>;

/** Groups of rules whose findings somebody could use against us. */
const security: ReadonlySet<RuleGroup> = new Set(["secrets"]);

/** Incidents: what they leave to be done stands on the calendar, and nobody is called once only. */
export function incidentsOf({
  parts,
  ports,
  platform,
}: Building): Capability & { readonly failing: Failing; readonly standing: Standings; readonly trouble: Trouble } {
  const { call: contacts, reviewWithinDays } = parts.config().incidents;
  const all: IncidentPorts = { record: ports.record, notify: ports.notify, contacts, reviewWithinDays, owe };
  return {
    provided: [provide(incidentService, all)],
    async failing(store, failed, now) {
      const production = productionOf(platform());
      for (const one of failed) {
        // One for a component, whichever of its probes failed first.
        const key = `probe/${one.environment}/${one.component}`;
        await openIncident(store, all, now, { ...incidentOfProbe(one, production), key });
      }
    },
    async standing(store, standings, now) {
      await tellWell(store, "probe", now, (part, origin) => answersAgain(part, standings, origin));
    },
    async trouble(store, wanted, now) {
      for (const one of wanted) await openIncident(store, all, now, one);
    },
    jobs: [
      {
        id: "incidents",
        everySeconds: 60,
        timeoutSeconds: 60,
        async run({ store, now }) {
          await openHeld(store, all, now);
          await tellWell(store, "rule", now, findsNoMore);
          await callFurther(store, all, now);
          await remindOfReviews(store, all, now);
        },
      },
    ],
    takeAlerts: async (message) => void (await receiveAlerts(parts.store, all, parts.clock.now(), message)),
    opened: (config) => async (store, findings, now) => {
      const production = productionOf(config);
      for (const finding of findings) {
        const certificates = certificatesOf(finding);
        const wanted = incidentOfFinding(
          {
            ...finding,
            title: `${finding.title}: ${finding.subject}`,
            component: undefined,
            certificates,
            security: security.has(finding.group),
          },
          production,
        );
        if (wanted !== undefined) await openFound(store, all, now, wanted, certificates);
      }
    },
    takeFromPager: async (message) => void (await receiveFromPager(parts.store, all, parts.clock.now(), message)),
  };
}

/** Of an incident that a finding opened: since when that is closed. Its rule ran on known facts then. */
async function findsNoMore(store: Store, { key }: Origin): Promise<Well | undefined> {
  const found = await whereFinding(store, key.replace(/^finding\//, ""));
  if (found?.state !== "closed" || closedUnlooked(found.closed_by)) return undefined;
  const { rule, state_since: since } = found;
  return { since, text: `The rule ${rule} finds it no more since ${since}.` };
}

/** A debt is a work order with a deadline: it is seen, and missed, like any other. */
async function owe(store: Store, now: Instant, debt: Debt): Promise<string> {
  const order = newOrder({
    id: idOf(["incident", String(debt.incident), debt.title, now]),
    title: `Incident ${debt.incident}: ${debt.title} (${debt.owner})`,
    origin: { kind: "person", actor: debt.owner },
    createdAt: Date.parse(now),
    environment: debt.environment,
    deadline: Date.parse(debt.dueAt),
    disruptive: false,
  });
  await insertOrder(store, order, millwright);
  return order.id;
}

/** The environments that users depend on: those that are called production, in any of the usual spellings. */
function productionOf({ environments }: PlatformConfig): readonly string[] {
  const named = environments.map(({ name }) => name).filter((name) => conventionalName(name) === "production");
  return ["production", ...named];
}
