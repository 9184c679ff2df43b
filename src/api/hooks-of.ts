import { InputError } from "../kernel/errors.ts";
import type { Clock } from "../kernel/ports.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { Store } from "../store/store.ts";
import { rereadId } from "../worker/reread.ts";
import { requestJob } from "../worker/store.ts";
import type { Hook } from "./hooks.ts";
import type { UseSecret } from "./secret-uses.ts";

/** Takes a message in; undefined where nothing here does. */
type Take = ((message: unknown) => Promise<void>) | undefined;

/** What is known of the forge, and of releases of pins that a push may have brought: where there is no such job, nothing is asked. */
const besides: readonly string[] = ["forge", "releases"];

/** The hooks of the configuration: a push has repositories and what hangs on them read at once, an alert is taken in. */
export function hooksOf(
  config: ServerConfig,
  parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly useSecret: UseSecret;
    readonly takeAlerts: Take;
    readonly takeFromPager: Take;
  },
): readonly Hook[] {
  return config.webhooks.map(({ name, kind, secret }) => ({
    name,
    kind,
    secret: () => parts.useSecret(secret, `webhook ${name}`),
    async receive(message) {
      switch (kind) {
        case "gitlab":
        case "github":
          return reread(config, name, parts);
        case "alertmanager":
          return takeIn(parts.takeAlerts, message);
        case "pager":
        case "pagerduty":
          return takeIn(parts.takeFromPager, message);
      }
    },
  }));
}

async function takeIn(take: Take, message: unknown): Promise<void> {
  if (take === undefined) throw new InputError("This server takes nothing of that kind in.");
  await take(message);
}

/** The repository that the hook is named after, or all of them: reading one that did not change costs little. */
async function reread(
  config: ServerConfig,
  hook: string,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  const named = config.repositories.filter(({ name }) => name === hook);
  for (const { name } of named.length > 0 ? named : config.repositories)
    await requestJob(store, clock.now(), rereadId(name));
  for (const id of besides) await requestJob(store, clock.now(), id);
}
