/** What is left out of a value stands as null in a reply, so that whoever reads it sees that it was meant. */
type Nulls<T> = { [Name in keyof T]: undefined extends T[Name] ? Exclude<T[Name], undefined> | null : T[Name] };

/** Of its own fields, not of those within. */
export function withNulls<T extends object>(value: T): Nulls<T> {
  const entries = Object.entries(value).map(([name, one]) => [name, one ?? null]);
  return Object.fromEntries(entries) as Nulls<T>;
}
