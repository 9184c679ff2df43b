import { InputError } from "../../../kernel/errors.ts";
import type { MillwrightStore } from "../../../platform/backup-stores.ts";
import { startEmbedded } from "../../../store/embedded.ts";
import type { StoreKind, Taken, Taking } from "../../store-kind.ts";
import type { PostgresqlBody } from "../postgresql/body.ts";
import { postgresql } from "../postgresql/index.ts";
import { takeByUrl } from "../postgresql/take.ts";

/** Millwright's own database, by its server's own configuration: a database like others, whose keys lie elsewhere. */
export const millwright: StoreKind<MillwrightStore, PostgresqlBody> = {
  id: "millwright",
  turn: postgresql.turn,
  body: postgresql.body,
  take,
  prove: (sealed, proving) => postgresql.prove(sealed, proving),
  summary: (body) => postgresql.summary(body),
  facts: (body) => postgresql.facts(body),
  doesNotCover: [
    "the sealing keys (sealing[].key): secrets in the database are opened by nothing else",
    "the keys of receipts, of the journal and of this repository",
    ...postgresql.doesNotCover,
  ],
};

async function take(_: MillwrightStore, taking: Taking): Promise<Taken<PostgresqlBody>> {
  const { own, secret, progress, signal } = taking;
  if (own?.url !== undefined) return takeByUrl(await secret(own.url), taking);
  if (own?.embedded === undefined)
    throw new InputError("where Millwright's own database is stands nowhere: name database.url or database.embedded");
  const server = await startEmbedded({ folder: own.embedded, path: own.path, report: progress, stop: signal });
  try {
    return await takeByUrl(server.url, taking);
  } finally {
    await server.stop();
  }
}
