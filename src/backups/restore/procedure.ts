import * as z from "zod";
import { defineProcedure, type Procedure } from "../../engine/plan.ts";

const Store = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/, "COMPONENT/STORE");
const Source = z
  .string()
  .regex(/^[a-z0-9][\w-]{0,200}$/, "a backup's or a recovery point's id, as backup list shows it");

/** Large ones take a night. */
const longSeconds = 24 * 3600;

/**
 * Restores in place. The first step shows what it does and what is lost, and whoever agrees has seen that; what is there now is
 * backed up and kept, so that the run can be taken back.
 */
const restore = defineProcedure({
  id: "restore",
  version: 1,
  title: "Restore a backup or a recovery point in place",
  arguments: z.object({
    from: Source.describe("A backup or a recovery point"),
    stores: z.array(Store).default([]).describe("Of a recovery point: all that can be restored in place when empty"),
    users: z.boolean().default(true).describe("Somebody says that users know of it, before anything is replaced"),
    safetyBackup: z.boolean().default(true).describe("Back up what is there now before it is replaced"),
    tried: z
      .boolean()
      .default(false)
      .describe("Somebody looks at what came back before the run ends; aborted instead, it is taken back"),
  }),
  plan({ from, stores, users, safetyBackup, tried }) {
    const what = stores.length === 0 ? from : `${stores.join(", ")} of ${from}`;
    const input = { from, stores, safetyBackup };
    return {
      steps: [
        {
          name: "plan",
          title: `What restoring ${what} does, what is lost, and whether it can be done`.slice(0, 300),
          kind: "check",
          action: "backups/restore-plan",
          input,
          timeoutSeconds: 3600,
          retries: 2,
        },
        ...(users
          ? [
              {
                name: "users",
                title: "Users know that the applications are down for a while, and what they will miss",
                kind: "attest" as const,
              },
            ]
          : []),
        {
          name: "restore",
          title:
            `Restore ${what} in place: applications down, what is there backed up, restored beside, compared, swapped`.slice(
              0,
              300,
            ),
          kind: "act",
          effect: {
            reversible:
              "databases get back what they were, which is kept beside; all else what the backup made before holds",
          },
          action: "backups/restore",
          input,
          timeoutSeconds: longSeconds,
          retries: 2,
        },
        ...(tried
          ? [
              {
                name: "tried",
                title: "What came back is what was wanted; abort the run instead to take it back",
                kind: "attest" as const,
              },
            ]
          : []),
      ],
    };
  },
});

export const restoreProcedures: readonly Procedure[] = [restore];
