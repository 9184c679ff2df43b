import type { MillwrightStore } from "../../../platform/backup-stores.ts";
import type { StoreKind, Taken, Taking } from "../../store-kind.ts";
import type { PostgresqlBody } from "../postgresql/body.ts";
import { postgresql } from "../postgresql/index.ts";
import { takeByUrl } from "../postgresql/take.ts";
import { withOwn } from "./own.ts";
import { restore } from "./restore.ts";

/** Millwright's own database, by its server's own configuration: a database like others, whose keys lie elsewhere. */
export const millwright: StoreKind<MillwrightStore, PostgresqlBody> = {
  id: "millwright",
  turn: postgresql.turn,
  body: postgresql.body,
  take,
  prove: (sealed, proving) => postgresql.prove(sealed, proving),
  restore,
  summary: (body) => postgresql.summary(body),
  facts: (body) => postgresql.facts(body),
  doesNotCover: [
    "the sealing keys (sealing[].key): secrets in the database are opened by nothing else",
    "the keys of receipts, of the journal and of this repository",
    ...postgresql.doesNotCover,
  ],
};

async function take(config: MillwrightStore, taking: Taking): Promise<Taken<PostgresqlBody>> {
  return withOwn(config, taking, async ({ url }, lent) => {
    if (url === undefined) throw new Error("Millwright's own database is reached by no address");
    return takeByUrl(await lent.secret(url), lent);
  });
}
