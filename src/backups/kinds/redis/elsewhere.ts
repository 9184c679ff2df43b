import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { RedisStore } from "../../../platform/backup-stores.ts";
import type { RestoreTarget, Restoring, StorePlan } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { RedisBody } from "./body.ts";
import { answerOf, cliAt, cliOf, keyspaceOf, type RedisTarget } from "./cli.ts";
import { keysIn, refusals, runIdOf } from "./conditions.ts";
import { restoringMark } from "./pour.ts";

type Other = Extract<RestoreTarget, { readonly kind: "redis" }>;

/** The Redis that `--to` names. */
export async function otherRedis({ url }: Other, restoring: Restoring): Promise<RedisTarget> {
  return cliAt(typeof url === "string" ? url : await restoring.secret(url), restoring);
}

/** What pouring into another Redis would do. One that is declared itself, or that has keys, is refused. */
export async function planElsewhere(
  sealed: SealedBody<RedisBody>,
  config: RedisStore,
  target: RedisTarget,
  restoring: Restoring,
): Promise<StorePlan> {
  const [keys, found] = [sealed.body.databases.map(({ after }) => after), await keyspaceOf(target)];
  const there = [...found.values()];
  const left = there.length === 0 ? undefined : await leftBy(target);
  const isFree = there.length === 0 || left !== undefined || restoring.replaces === true;
  const held = `Redis at ${target.label} has ${keysIn(there)} now`;
  return {
    does: [`pour the keys of ${sealed.id} into Redis at ${target.label}, and compare them: ${keysIn(keys)}`],
    loses:
      there.length === 0
        ? []
        : left === undefined
          ? [`${held}: they go, and no backup is made of them`]
          : [`${held}, which ${left} left half done: they go`],
    refuses: [
      ...(await declaredThere(config, target, restoring)),
      ...(isFree ? [] : [`${held}: name an empty one, or let them go by --replace`]),
      ...(await refusals(sealed, target)),
    ],
    notes: ["whoever writes to it has to be down meanwhile; keys that have expired since stay away"],
    isThere: false,
  };
}

/** The restore that was broken off while it poured into this server. */
async function leftBy(target: RedisTarget): Promise<string | undefined> {
  const said = (await answerOf(target, ["GET", restoringMark])).trim();
  return /^(\S+) \S+$/.exec(said)?.[1];
}

/** What is declared is replaced in place alone, which backs it up before. One that does not answer cannot be this one. */
async function declaredThere(
  config: RedisStore,
  target: RedisTarget,
  restoring: Restoring,
): Promise<readonly string[]> {
  const here = await runIdOf(target);
  const declared = (restoring.declared ?? [config]).filter((one) => one.kind === "redis");
  for (const one of declared) {
    const id = await idOf(one, restoring);
    if (here !== "" && id === here)
      return [`${target.label} is ${one.component}/${one.store} itself: restore it by --in-place`];
  }
  return [];
}

async function idOf(store: RedisStore, restoring: Restoring): Promise<string | undefined> {
  try {
    return await runIdOf(await cliOf(store, restoring));
  } catch (thrown) {
    if (thrown instanceof SystemError || thrown instanceof InputError) return undefined;
    throw thrown;
  }
}
