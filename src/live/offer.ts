import type { Store } from "../store/store.ts";
import type { PutBack } from "./put-back.ts";
import { listFacts } from "./store.ts";

/** A procedure that mends something, with what it is given. */
export interface Offer {
  readonly procedure: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The procedure that puts a drift back. With a component its measurements become a gate. */
export function offerOf({ application, resources, digest, changes }: PutBack, component: string | undefined): Offer {
  const measured = component === undefined ? {} : { measured: { component } };
  return { procedure: "put-back", arguments: { application, resources, digest, changes, ...measured } };
}

/** What mends a finding of the live platform; undefined when no procedure does. */
export async function offerFor(
  store: Store,
  finding: { readonly rule: string; readonly environment: string | undefined; readonly subject: string },
): Promise<Offer | undefined> {
  const { rule, environment, subject } = finding;
  if (rule !== "drift-by-hand" || environment === undefined || !subject.startsWith("application/")) return undefined;
  const rows = await listFacts(store, "put-back", { visible: [environment], environment });
  const name = subject.slice("application/".length);
  const found = rows.find(({ content }) => content.application.name === name);
  if (found === undefined) return undefined;
  const measured = await isMeasured(store, environment, name);
  return offerOf(found.content, measured ? name : undefined);
}

interface SeriesTable {
  readonly series: { readonly name: string; readonly environment: string; readonly component: string };
}

/** Whether a component of the Application's name has the measurements that are compared. */
async function isMeasured(store: Store, environment: string, component: string): Promise<boolean> {
  const row = await store
    .tables<SeriesTable>()
    .selectFrom("series")
    .select("name")
    .where("environment", "=", environment)
    .where("component", "=", component)
    .where("name", "=", "millwright_probe_millis")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
