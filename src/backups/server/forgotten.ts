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
  /** Whether a repository or a cluster alone shows its component: nobody gave it that name here. */
  readonly isFound?: boolean;
}

/** A component as repositories and clusters show it. */
export interface FoundComponent {
  readonly name: string;
  readonly system: string | null;
}

interface Known extends Pick<PlatformConfig, "components" | "disposable"> {
  readonly endpoints: ServerConfig["endpoints"];
  readonly systems: readonly System[];
  /** Of that environment. */
  readonly found: readonly FoundComponent[];
}

/**
 * What the systems of an environment's components keep: of those that the platform declares and of those that are asked; and of
 * those that repositories and clusters show, where no component of that system is named otherwise.
 */
export function expectedStores(environment: string, known: Known): readonly ExpectedStore[] {
  const mayBeLost = new Set(known.disposable.map(({ store }) => store));
  const asked = known.endpoints.map((one) => ({ ...one, name: one.component }));
  const here = [...known.components, ...asked].filter((one) => (one.environment ?? environment) === environment);
  const named = new Set<string | null>(here.map(({ system }) => system));
  const found = known.found.filter(({ system }) => !named.has(system));
  const expected = [
    ...here.flatMap((one) => keptBy(one, known.systems)),
    ...found.flatMap((one) => keptBy(one, known.systems).map((store) => ({ ...store, isFound: true }))),
  ];
  return [...Map.groupBy(expected, ({ store }) => store).values()].flatMap(([first]) =>
    first === undefined || mayBeLost.has(first.store) ? [] : [first],
  );
}

function keptBy({ name, system }: FoundComponent, systems: readonly System[]): readonly ExpectedStore[] {
  return (systems.find(({ id }) => id === system)?.keeps ?? []).map(({ id, title, heldBy }) => ({
    component: name,
    store: `${name}/${id}`,
    title,
    heldBy,
  }));
}

/**
 * Those that nobody decided about: neither held by a backup, ours or others', nor named as one that may be lost. What is declared
 * counts by what it holds; what it is called counts too, as whoever named it so meant that store. What was found alone may be backed
 * up under another name: there a component counts too that is known by its backups only.
 */
export function forgottenStores(expected: readonly ExpectedStore[], declared: Declared): readonly ExpectedStore[] {
  const { stores, foreign, disposable } = declared;
  const all = [...stores, ...foreign, ...disposable];
  const named = new Set(all.map(({ component, store }) => `${component}/${store}`));
  const known = new Set(expected.map(({ component }) => component));
  const strangers = [...new Set(all.map(({ component }) => component))].filter((name) => !known.has(name));
  return expected.filter(({ component, store, heldBy, isFound }) => {
    const names = isFound === true ? [component, ...strangers] : [component];
    return !named.has(store) && !names.some((name) => heldBy.some((holder) => isHeld(name, holder, declared)));
  });
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
