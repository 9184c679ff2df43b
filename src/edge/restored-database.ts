import { Client, type Connection, DatabaseError } from "pg";
import type { Database, DatabaseAddress, SqlFailure } from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";

/*
 * One connection that sends a dump's statements byte for byte, and its rows by the COPY protocol
 * (postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY). No psql reads the dump, so none of its commands can run.
 */

/** Connects to a server of our own by its socket. */
export async function connectDatabase({ socket, port, user, database }: DatabaseAddress): Promise<Database> {
  const client = new Client({ host: socket, port, user, database, application_name: "millwright proof" });
  let lost: Error | undefined;
  client.on("error", (thrown: Error) => {
    lost = thrown;
  });
  const cut = (thrown: unknown): SystemError =>
    new SystemError(`the connection to the restored database was lost: ${messageOf(lost ?? thrown)}`, "stop", {
      cause: thrown,
    });
  try {
    await client.connect();
  } catch (thrown) {
    throw cut(thrown);
  }
  const send = async (exchange: Exchange): Promise<SqlFailure | undefined> => {
    if (lost !== undefined) throw cut(lost);
    client.query(exchange as never); // pg's types know no exchange of one's own; its client takes any with `submit`
    try {
      return await exchange.ended;
    } catch (thrown) {
      // What broke may be the dump, which says so itself.
      throw thrown instanceof InputError || thrown instanceof SystemError ? thrown : cut(thrown);
    }
  };
  return {
    run: (statement) => send(new Exchange(statement, undefined)),
    copy: (statement, rows) => send(new Exchange(statement, rows)),
    async query(sql) {
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } catch (thrown) {
        if (thrown instanceof DatabaseError) throw thrown;
        throw cut(thrown);
      }
    },
    close: () => client.end().catch(() => undefined),
  };
}

/** Parts of pg's connection that its types leave out. */
type Wire = Connection & {
  sendCopyFromChunk(chunk: Uint8Array): boolean | undefined;
  endCopyFrom(): void;
  sendCopyFail(why: string): void;
};

/** One statement under way, as pg's client asks of a query. */
class Exchange {
  readonly ended: Promise<SqlFailure | undefined>;
  readonly #statement: Uint8Array;
  readonly #rows: AsyncIterable<Uint8Array> | undefined;
  #failure: SqlFailure | undefined;
  #broken: unknown;
  #feeding: Promise<void> | undefined;
  #resolve: (failure: SqlFailure | undefined) => void = () => undefined;
  #reject: (thrown: unknown) => void = () => undefined;

  constructor(statement: Uint8Array, rows: AsyncIterable<Uint8Array> | undefined) {
    this.#statement = statement;
    this.#rows = rows;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    const message = Buffer.alloc(this.#statement.length + 6);
    message.write("Q", 0, "latin1");
    message.writeInt32BE(this.#statement.length + 5, 1);
    message.set(this.#statement, 5);
    connection.stream.write(message);
  }

  handleCopyInResponse(connection: Connection): void {
    this.#feeding = this.#feed(connection as Wire);
  }

  async #feed(wire: Wire): Promise<void> {
    try {
      for await (const chunk of this.#rows ?? []) {
        if (this.#failure !== undefined) break; // the server wants no more
        wire.sendCopyFromChunk(chunk);
        if (wire.stream.writableNeedDrain) await drained(wire);
      }
      wire.endCopyFrom();
    } catch (thrown) {
      this.#broken = thrown;
      wire.sendCopyFail("the dump broke off");
    }
  }

  handleError(thrown: unknown): void {
    if (!(thrown instanceof DatabaseError)) return this.#reject(thrown);
    this.#failure = { code: thrown.code ?? "", message: inFull(thrown) };
    this.#end(); // the client tells a query that failed no more
  }

  handleReadyForQuery(): void {
    this.#end();
  }

  /** Once no row is under way any more. */
  #end(): void {
    void (this.#feeding ?? Promise.resolve()).then(() => {
      if (this.#broken !== undefined) this.#reject(this.#broken);
      else this.#resolve(this.#failure);
    });
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
}

function drained({ stream }: Wire): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

function inFull({ message, where }: DatabaseError): string {
  return where === undefined ? message : `${message} (${where.split("\n", 1)[0] ?? ""})`;
}
