import type { BackupStore } from "../../platform/backup-stores.ts";
import type { PlatformConfig } from "../../platform/config.ts";
import type { Backups } from "../../platform/server-backups.ts";
import type { ServerConfig } from "../../platform/server-config.ts";
import type { Holder, KeptStore, System } from "../../systems/contract.ts";

type Declared = Pick<Backups["environments"][number], "stores" | "foreign" | "disposable">;

/** A store that a component keeps, by its system's facet. */
export interface ExpectedStore {
  readonly component: string;
  /** `mlflow/database` */
  readonly store: string;
  readonly title: string;
  readonly heldBy: KeptStore["heldBy"];
}

interface Known extends Pick<PlatformConfig, "components" | "disposable"> {
  readonly endpoints: ServerConfig["endpoints"];
  readonly systems: readonly System[];
}

/** What the systems of an environment's components keep: of those that the platform declares and of those that are asked. */
export function expectedStores(environment: string, known: Known): readonly ExpectedStore[] {
  const mayBeLost = new Set(known.disposable.map(({ store }) => store));
  const asked = known.endpoints.map((one) => ({ ...one, name: one.component }));
  const here = [...known.components, ...asked].filter((one) => (one.environment ?? environment) === environment);
  const expected = here.flatMap(({ name, system }) =>
    (known.systems.find(({ id }) => id === system)?.keeps ?? []).map(({ id, title, heldBy }) => ({
      component: name,
      store: `${name}/${id}`,
      title,
      heldBy,
    })),
  );
  return [...Map.groupBy(expected, ({ store }) => store).values()].flatMap(([first]) =>
    first === undefined || mayBeLost.has(first.store) ? [] : [first],
  );
}

/**
 * Those that nobody decided about: neither held by a backup, ours or others', nor named as one that may be lost. What is declared
 * counts by what it holds; what it is called counts too, as whoever named it so meant that store.
 */
export function forgottenStores(expected: readonly ExpectedStore[], declared: Declared): readonly ExpectedStore[] {
  const { stores, foreign, disposable } = declared;
  const named = new Set([...stores, ...foreign, ...disposable].map(({ component, store }) => `${component}/${store}`));
  return expected.filter(
    (one) => !named.has(one.store) && !one.heldBy.some((holder) => isHeld(one.component, holder, declared)),
  );
}

function isHeld(component: string, holder: Holder, { stores, foreign }: Declared): boolean {
  return (
    stores.some((store) => store.kind === holder.kind && holds(store, component, holder)) ||
    (holder.kind === "postgresql" &&
      foreign.some((one) => one.component === component && ["cloudnative-pg", "pgbackrest"].includes(one.by)))
  );
}

/** A store of the holder's kind. */
function holds(store: BackupStore, component: string, holder: Holder): boolean {
  if (store.kind === "kubernetes") return holder.kind === "kubernetes" && selects(store, component, holder);
  const isOwn = store.component === component;
  if (store.kind === "gitlab") return isOwn && holder.kind === "gitlab" && hasPart(store, holder.part);
  return isOwn || ("ofAny" in holder && holder.ofAny === true);
}

function hasPart(
  { skip, secrets }: Extract<BackupStore, { kind: "gitlab" }>,
  part: Extract<Holder, { kind: "gitlab" }>["part"],
): boolean {
  return part === "secrets" ? secrets.length > 0 : !skip.includes(part);
}

function selects(
  store: Extract<BackupStore, { kind: "kubernetes" }>,
  component: string,
  { plural, namespace }: Extract<Holder, { kind: "kubernetes" }>,
): boolean {
  const { namespaces, selections } = store;
  return (
    selections.some((one) => one.plural === plural && one.labels === undefined) &&
    (namespace === undefined ||
      store.component === component ||
      namespaces.includes(component) ||
      namespaces.includes(namespace))
  );
}
