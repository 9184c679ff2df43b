import { sql } from "kysely";
import { everywhere } from "../access/role.ts";
import type { Recorder } from "../access/route.ts";
import { createToken, daysAfter, hasTokens } from "../access/tokens.ts";
import type { Instant } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { Store } from "../store/store.ts";

const firstAdministratorDays = 30;

/**
 * A new server without a login service has nobody who could let anybody in: the first start makes one administrator's token,
 * and `keep` writes it where only whoever runs the server reads. Returns whether it did; two servers that start at once make one.
 */
export async function makeFirstLogin(
  store: Store,
  now: Instant,
  record: Recorder,
  keep: (secret: string) => Promise<void>,
): Promise<boolean> {
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${first})`.execute(part.tables());
    if (await hasTokens(part)) return false;
    const { token, secret } = await createToken(part, now, {
      name: "first administrator",
      roles: { [everywhere]: "admin" },
      expiresAt: daysAfter(now, firstAdministratorDays),
      createdBy: millwright,
      person: "administrator",
    });
    await record(part, {
      at: now,
      kind: "access",
      actor: millwright,
      task: "First administrator's token made",
      links: { token: token.id },
    });
    // Before the end of the transaction: a token that nobody could read must not be there.
    await keep(secret);
    return true;
  });
}

/** `frst`. */
const first = 0x6672_7374;
