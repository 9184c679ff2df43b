import { kindOf } from "../backups/kinds/index.ts";
import { PostgresqlBody } from "../backups/kinds/postgresql/body.ts";
import { type AskedApplication, askMlflow, type Shown } from "../backups/restore/ask-application.ts";
import type { RestorePlan } from "../backups/restore/restore.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { Asked } from "../platform/server-backups.ts";
import type { BackupPlace } from "./backup-places.ts";
import type { Work } from "./backup-work.ts";

/** Asks the applications of what was restored. That one cannot be asked undoes no restore: it is unknown then. */
export async function askApplications(
  { stores }: RestorePlan,
  { place, shell, binding }: Work,
): Promise<readonly AskedApplication[]> {
  const said: AskedApplication[] = [];
  for (const asked of place.declared.ask) {
    const { component, url, ca } = asked;
    const of = stores.filter(({ store }) => store.startsWith(`${component}/`));
    if (of.length === 0) continue;
    try {
      said.push(
        await askMlflow({
          component,
          url,
          shown: await shownTo(asked, place),
          expected: modelsIn(of),
          http: ca === undefined ? shell.http : binding.trusting(ca),
          pause: (millis) => shell.pause(millis),
        }),
      );
    } catch (thrown) {
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
      said.push({ component, state: "unknown", words: `${component} could not be asked: ${messageOf(thrown)}` });
    }
  }
  return said;
}

async function shownTo({ login, token }: Asked, { secret }: BackupPlace): Promise<Shown | undefined> {
  if (token !== undefined) return { kind: "token", text: (await secret(token)).trim() };
  return login === undefined ? undefined : { kind: "login", text: (await secret(login)).trim() };
}

function modelsIn(stores: RestorePlan["stores"]): number | undefined {
  for (const { sealed } of stores) {
    const body =
      kindOf(sealed.manifest.kind).id === "postgresql" ? PostgresqlBody.safeParse(sealed.manifest.body) : undefined;
    const table = body?.data?.content.tables.find((one) => one.table.endsWith(".registered_models"));
    if (table !== undefined) return table.rows;
  }
  return undefined;
}
