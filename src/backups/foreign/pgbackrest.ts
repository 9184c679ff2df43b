import * as z from "zod";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { absent, type Fact, known, unknown } from "../../kernel/fact.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { KubeReader, KubeWriter } from "../../kernel/kube.ts";
import type { PgBackRestBackups } from "../../platform/server-foreign.ts";
import { findPod, saidBy } from "../kinds/pod.ts";
import type { ForeignSeen } from "./foreign.ts";

/*
 * https://pgbackrest.org/command.html#command-info; fields: pgbackrest/pgbackrest, src/command/info/info.c. Times are seconds
 * since 1970. `info.repository.delta` is what the backup itself takes, `size` all that it needs; `error`: page checksums that
 * were wrong.
 */
const Info = z.array(
  z.object({
    name: z.string(),
    status: z.object({ code: z.number(), message: z.string() }),
    backup: z
      .array(
        z.object({
          label: z.string(),
          type: z.string().default(""),
          error: z.boolean().nullish(),
          timestamp: z.object({ start: z.number(), stop: z.number() }),
          info: z.object({ repository: z.object({ size: z.number().nullish() }).prefault({}) }).prefault({}),
        }),
      )
      .default([]),
  }),
);
type Info = z.infer<typeof Info>;

const CronJob = z.object({
  spec: z.object({ suspend: z.boolean().nullish() }),
  status: z.object({ lastSuccessfulTime: z.string().nullish(), lastScheduleTime: z.string().nullish() }).prefault({}),
});

/** What `pgbackrest info` says in a pod, by `runner`, who may run programs there; or what its CronJob's status says. */
export async function readPgBackRest(
  declared: PgBackRestBackups,
  cluster: KubeReader,
  runner: () => Promise<KubeWriter>,
): Promise<Fact<ForeignSeen>> {
  const { pod: selector, stanza, cronJob } = declared;
  if (cronJob !== undefined) return fromCronJob(cronJob, cluster);
  if (selector === undefined) return absent("the configuration");
  try {
    const pod = await findPod(selector, await runner());
    const named = stanza === undefined ? [] : [`--stanza=${stanza}`];
    const said = await saidBy(pod, ["pgbackrest", "info", "--output=json", ...named]);
    return known(seenOf(Info.parse(JSON.parse(said)), stanza), `pgbackrest info in ${pod.label}`);
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof z.ZodError)
      return unknown("pgbackrest info did not answer as expected", "pgbackrest info --output=json, in that pod");
    if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    return unknown(messageOf(thrown), "pgbackrest info --output=json, in that pod");
  }
}

/** Of several stanzas the worst off tells: a young backup of one says nothing of another's database. */
function seenOf(stanzas: Info, stanza: string | undefined): ForeignSeen {
  const mine = stanza === undefined ? stanzas : stanzas.filter(({ name }) => name === stanza);
  const good = mine.map(({ backup }) => latestFirst(backup.filter(({ error }) => error !== true)));
  const newest = latestFirst(good.flatMap(([first]) => first ?? [])).at(-1);
  return {
    newest:
      newest === undefined || good.some((list) => list.length === 0)
        ? undefined
        : {
            name: newest.label,
            at: instantOf(newest.timestamp.stop * 1000),
            bytes: newest.info.repository.size ?? undefined,
          },
    good: good.flat().length,
    faults: [
      ...(mine.length === 0 ? [`there is no stanza${stanza === undefined ? "" : ` ${stanza}`}`] : []),
      ...mine.filter(({ status }) => status.code !== 0).map(({ name, status }) => `${name}: ${status.message}`),
      ...mine.flatMap(({ backup }) => {
        const [last] = latestFirst(backup);
        return last?.error === true ? [`${last.label} has pages whose checksums are wrong`] : [];
      }),
    ],
    notes: mine.length > 1 ? [`the oldest of ${mine.length} stanzas' newest; name the stanza of this store`] : [],
  };
}

function latestFirst(backups: Info[number]["backup"]): Info[number]["backup"] {
  return backups.toSorted((a, b) => b.timestamp.stop - a.timestamp.stop);
}

async function fromCronJob(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  cluster: KubeReader,
): Promise<Fact<ForeignSeen>> {
  const found = await cluster.get({ apiVersion: "batch/v1", plural: "cronjobs", namespace, name });
  if (found.kind !== "known") return found;
  const { spec, status } = CronJob.parse(found.value);
  const at = status.lastSuccessfulTime ?? undefined;
  const begun = status.lastScheduleTime ?? undefined;
  const late = begun !== undefined && (at === undefined || at < begun);
  return known(
    {
      newest: at === undefined ? undefined : { name, at, bytes: undefined },
      good: at === undefined ? 0 : 1,
      faults: spec.suspend === true ? [`the CronJob ${name} is suspended`] : [],
      notes: [
        "only that its Job ended well is known, and when; no size",
        ...(late ? [`the turn of ${begun} has not ended well yet`] : []),
      ],
    },
    `CronJob ${namespace}/${name}`,
  );
}
