/**
 * One step of the schema, forwards only. Once released its text never changes (a checksum is kept with the database); what
 * was wrong in it is put right by a later one.
 */
export interface Migration {
  /** Migrations run in the order of their numbers. The first release's come from ranges, 10 a capability; later ones are appended. */
  readonly number: number;
  /** kebab-case, what it brings: `findings`. */
  readonly name: string;
  /** Statements of one transaction: no `create index concurrently`, no `vacuum`. */
  readonly sql: string;
}
