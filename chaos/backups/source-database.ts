import { Client } from "pg";
import type { Random } from "../random.ts";

/** What only data holds: nobody may find it in a file that is not encrypted and not a database's. */
export const clearMark = "canary-of-clear-data";

const schema = `
  create table accounts (id int primary key, balance bigint not null, note text not null);
  insert into accounts select g, 0, '${clearMark} ' || md5(g::text) from generate_series(1, 1000) g;
  create table entries (id bigserial primary key, account int not null references accounts, amount bigint not null, text text not null);
  insert into entries (account, amount, text)
    select 1 + g % 1000, case g % 2 when 0 then 7 else -7 end, repeat(md5(g::text), 6) from generate_series(0, 39999) g;
  update accounts set balance = coalesce((select sum(amount) from entries where account = accounts.id), 0);
  create table booked (pairs bigint not null);
  insert into booked values (20000);
  create table spare (id int, text text);
  insert into spare select g, md5(g::text) from generate_series(1, 1000) g;`;

/**
 * What is true at every moment of the source, and so of every backup, whatever its manifest says: each transaction books a pair
 * of entries, and what is emptied is filled again.
 */
export const truths: readonly (readonly [what: string, sql: string])[] = [
  ["all balances are zero together", "select sum(balance) = 0 as holds from accounts"],
  ["all entries are zero together", "select sum(amount) = 0 as holds from entries"],
  ["every pair was booked whole", "select (select pairs * 2 from booked) = (select count(*) from entries) as holds"],
  [
    "every balance is the sum of its entries",
    "select not exists (select from accounts a left join (select account, sum(amount) as sum from entries group by 1) e on e.account = a.id where balance <> coalesce(e.sum, 0)) as holds",
  ],
  ["a table that is emptied and filled is full", "select count(*) = 1000 as holds from spare"],
];

export async function makeSource(url: string): Promise<void> {
  const client = await connected(url);
  await client.query(schema);
  await client.end();
}

export async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 20_000 });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Somebody who books all the while, also after the server was away. */
export class Writer {
  readonly #url: string;
  readonly #random: Random;
  readonly #done: Promise<void>;
  #stopped = false;
  booked = 0;

  constructor(url: string, random: Random) {
    this.#url = url;
    this.#random = random;
    this.#done = this.#write();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      try {
        const client = await connected(this.#url);
        try {
          while (!this.#stopped) await this.#book(client);
        } finally {
          await client.end().catch(() => undefined);
        }
      } catch {
        await pause(100); // it was killed, or its disk is full
      }
    }
  }

  async #book(client: Client): Promise<void> {
    const [from, to] = [1 + Math.floor(this.#random() * 1000), 1 + Math.floor(this.#random() * 1000)];
    const amount = Math.floor(this.#random() * 1000);
    try {
      await client.query(`begin;
        insert into entries (account, amount, text) values (${from}, ${-amount}, 'out'), (${to}, ${amount}, 'in');
        update accounts set balance = balance - ${amount} where id = ${from};
        update accounts set balance = balance + ${amount} where id = ${to};
        update booked set pairs = pairs + 1; commit`);
      this.booked += 1;
    } catch (thrown) {
      await client.query("rollback");
      throw thrown;
    }
    await pause(30);
  }
}

export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
