import {
  type IsolationLevel,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from "kysely";
import { isCollision } from "./failures.ts";
import { openPool, type StoreOptions } from "./pool.ts";

export interface TransactionOptions {
  /** PostgreSQL's default, read committed, when left out. */
  readonly isolation?: IsolationLevel;
  /** How often the work may run in all when it collides with another transaction; once when left out. */
  readonly attempts?: number;
}

/**
 * A typed view on one pool of connections, or on the one connection of a transaction. Each capability declares its own tables
 * and asks for them with `tables`. A database that is away throws `SystemError` with remedy `retry`.
 */
export class Store {
  readonly #db: Kysely<unknown>;
  readonly #depth: number;

  constructor(db: Kysely<unknown>, depth = 0) {
    this.#db = db;
    this.#depth = depth;
  }

  /** The tables of one capability. Inside `transaction`, ask the store that the work is given. */
  tables<T>(): Kysely<T> {
    return this.#db as Kysely<T>;
  }

  /**
   * Does the work wholly or not at all. Within another transaction it becomes a part of it that can fail alone; such parts
   * must not run at the same time. With `attempts` the work may run several times: it must have no effect but its writes.
   */
  async transaction<T>(work: (store: Store) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    if (this.#depth > 0) return this.#part(work);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#whole(work, options.isolation);
      } catch (thrown) {
        if (!isCollision(thrown) || attempt >= (options.attempts ?? 1)) throw thrown;
        await pause(attempt * 10);
      }
    }
  }

  /** Ends the connections once their work is done. */
  async close(): Promise<void> {
    if (this.#depth === 0) await this.#db.destroy();
  }

  async #whole<T>(work: (store: Store) => Promise<T>, isolation: IsolationLevel | undefined): Promise<T> {
    const begin = this.#db.transaction();
    const set = isolation === undefined ? begin : begin.setIsolationLevel(isolation);
    return set.execute((db) => work(new Store(db, 1)));
  }

  async #part<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const name = sql.ref(`part_${this.#depth}`);
    await sql`savepoint ${name}`.execute(this.#db);
    try {
      const result = await work(new Store(this.#db, this.#depth + 1));
      await sql`release savepoint ${name}`.execute(this.#db);
      return result;
    } catch (thrown) {
      await sql`rollback to savepoint ${name}`.execute(this.#db);
      throw thrown;
    }
  }
}

/** Opens a store; the first statement makes the first connection. Throws `InputError` for a URL that is none. */
export function openStore(options: StoreOptions): Store {
  const pool = openPool(options);
  return new Store(
    new Kysely<unknown>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new PostgresDriver({ pool }),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
  );
}

/** A value for a `jsonb` column. Without it a list would be taken for a PostgreSQL array. */
export function asJson<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
