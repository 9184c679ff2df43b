import type { Content } from "./body.ts";
import { compareOwned, type OwnedCompared } from "./compare-owned.ts";

export interface Compared {
  /** What did not come back as it was: the backup does not hold what it says. */
  readonly differences: readonly string[];
  /** What differs by the machine it was restored on, and takes nothing away. */
  readonly notes: readonly string[];
}

/** Holds what came back against what the manifest says of the source. `sameMajor`: definitions are written alike. */
export function compareContent(said: Content, found: Content, { sameMajor, ungiven }: OwnedCompared): Compared {
  const extended = extensions(said.extensions, found.extensions);
  // Manifests of earlier versions do not say whose what was.
  const owned = said.owned === undefined ? same : compareOwned(said.owned, found.owned ?? [], { sameMajor, ungiven });
  return {
    differences: [
      ...tables(said.tables, found.tables),
      ...sequences(said.sequences, found.sequences),
      ...constraints(said.constraints, found.constraints, sameMajor),
      ...objects(said.objects, found.objects),
      ...extended.differences,
      ...largeObjects(said.largeObjects, found.largeObjects),
      ...schemaHead(said.schemaHead?.head, found.schemaHead?.head),
      ...owned.differences,
    ],
    notes: [...extended.notes, ...owned.notes],
  };
}

const same: Compared = { differences: [], notes: [] };

function tables(said: Content["tables"], found: Content["tables"]): readonly string[] {
  const here = new Map(found.map((one) => [one.table, one]));
  const known = new Set(said.map(({ table }) => table));
  return [
    ...said.flatMap(({ table, rows, checksum }) => {
      const one = here.get(table);
      if (one === undefined) return [`the table ${table} is missing`];
      if (one.rows !== rows) return [`${table} has ${one.rows} rows, and had ${rows}`];
      return one.checksum === checksum ? [] : [`the rows of ${table} are others than were backed up`];
    }),
    ...found.filter(({ table }) => !known.has(table)).map(({ table }) => `the table ${table} is there and was not`),
  ];
}

/** A sequence may have gone on while the dump ran: it came back with a number from in between. */
function sequences(said: Content["sequences"], found: Content["sequences"]): readonly string[] {
  const here = new Map(found.map((one) => [one.name, one]));
  return said.flatMap(({ name, last, called, until = last }) => {
    const one = here.get(name);
    if (one === undefined) return [`the sequence ${name} is missing`];
    const [low, high, is] = [BigInt(last), BigInt(until), BigInt(one.last)];
    const between = low <= high ? low <= is && is <= high : is >= low || is <= high; // one that went round
    if (!between) return [`the sequence ${name} stands at ${one.last}, and stood at ${last}`];
    return one.last === last && last === until && one.called !== called
      ? [`the sequence ${name} gives another number next`]
      : [];
  });
}

function constraints(
  said: Content["constraints"],
  found: Content["constraints"],
  sameMajor: boolean,
): readonly string[] {
  const here = new Map(found.map(({ name, definition }) => [name, definition]));
  return said.flatMap(({ name, definition }) => {
    const one = here.get(name);
    if (one === undefined) return [`the constraint ${name} is missing`];
    return sameMajor && one !== definition ? [`the constraint ${name} is ${one}, and was ${definition}`] : [];
  });
}

function objects(said: Content["objects"], found: Content["objects"]): readonly string[] {
  return Object.entries(said).flatMap(([kind, count]) =>
    (found[kind] ?? 0) < count ? [`${found[kind] ?? 0} ${kind} came back of ${count}`] : [],
  );
}

function extensions(said: Content["extensions"], found: Content["extensions"]): Compared {
  const here = new Map(found.map(({ name, version }) => [name, version]));
  return {
    differences: said.filter(({ name }) => !here.has(name)).map(({ name }) => `the extension ${name} is missing`),
    notes: said.flatMap(({ name, version }) => {
      const one = here.get(name);
      return one === undefined || one === version ? [] : [`the extension ${name} is ${one} here, and was ${version}`];
    }),
  };
}

function schemaHead(was: string | undefined, is: string | undefined): readonly string[] {
  return was === is ? [] : [`the schema's head is ${is ?? "none"}, and was ${was ?? "none"}`];
}

function largeObjects(said: Content["largeObjects"], found: Content["largeObjects"]): readonly string[] {
  if (said.count !== found.count) return [`${found.count} large objects came back of ${said.count}`];
  return said.checksum === found.checksum ? [] : ["the large objects are others than were backed up"];
}
