import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

type Row = Readonly<Record<string, unknown>>;

interface Opening {
  readonly readOnly: boolean;
  /** Run before anything is asked. */
  readonly pragmas: string;
  /** What is thrown for what SQLite refused. */
  readonly failed: (thrown: unknown) => Error;
}

/** A file of SQLite's that is open. What it refuses is thrown in the words of whoever opened it. */
export class Sqlite {
  readonly #db: DatabaseSync;
  readonly #failed: Opening["failed"];
  readonly #known = new Map<string, StatementSync>();

  constructor(file: string, { readOnly, pragmas, failed }: Opening) {
    this.#failed = failed;
    this.#db = this.#tried(() => new DatabaseSync(file, { readOnly, allowExtension: false }));
    this.#tried(() => this.#db.exec(pragmas));
  }

  /** True where a row was changed by it. */
  run(sql: string, ...values: readonly SQLInputValue[]): boolean {
    return this.#tried(() => this.#prepared(sql).run(...values).changes > 0);
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#tried(() => this.#prepared(sql).all(...values));
  }

  /** Each row as it comes, by a statement of its own: others may be asked while it goes on. */
  *each(sql: string, ...values: readonly SQLInputValue[]): Generator<Row> {
    try {
      yield* this.#db.prepare(sql).iterate(...values);
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  close(): void {
    this.#db.close();
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#known.get(sql) ?? this.#db.prepare(sql);
    this.#known.set(sql, statement);
    return statement;
  }

  #tried<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }
}
