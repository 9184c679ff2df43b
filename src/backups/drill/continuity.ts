import type { DrillReport } from "./report.ts";

type Stores = DrillReport["stores"];
type Step = DrillReport["continuity"][number];

/** What somebody says was done, beside the drill. */
export interface Attested {
  readonly step: string;
  readonly by: string;
  readonly words: string;
}

interface Known {
  readonly id: string;
  readonly title: string;
  /** What a drill does of it by itself; undefined: people do it. */
  readonly kinds?: readonly string[];
  readonly words: string;
}

/** An environment rebuilt from nothing, in the order in which one thing needs the other. */
const known: readonly Known[] = [
  {
    id: "cluster",
    title: "A cluster, its storage classes, DNS and the registries it pulls from",
    words: "by hand, or by the infrastructure's own code",
  },
  {
    id: "keys",
    title: "The repository's key, Millwright's configuration and signing key",
    kinds: [],
    words: "the repository was opened by its key, from this configuration",
  },
  {
    id: "sealing-key",
    title: "The sealing key, before its controller makes a new one",
    kinds: ["kubernetes"],
    words: "the saved keys open every saved SealedSecret",
  },
  {
    id: "argo-cd",
    title: "Argo CD, its repositories and Applications",
    words: "the Applications are among the saved objects; that Argo CD runs and syncs them is seen in a cluster alone",
  },
  {
    id: "secrets",
    title: "Secrets, ConfigMaps and certificates",
    kinds: ["kubernetes"],
    words: "every saved object came back by its digest",
  },
  {
    id: "databases",
    title: "Databases",
    kinds: ["postgresql", "millwright", "sqlite", "redis"],
    words: "each was restored into a throw-away server and compared",
  },
  {
    id: "data",
    title: "Object stores, repositories and files",
    kinds: ["objects", "gitlab", "files"],
    words: "each object and file came back by its digest",
  },
  {
    id: "applications",
    title: "Applications started against what was restored, and asked as users do",
    words: "by hand, or by a restore in place, which asks them",
  },
  { id: "entry", title: "DNS and certificates lead users to it, and they can log in", words: "by hand" },
];

export const attestable: readonly string[] = known.filter(({ kinds }) => kinds === undefined).map(({ id }) => id);

/** What a drill over everything does not show by itself and nobody attests in it, of these steps. */
export function notAttested(steps: readonly Step[]): readonly string[] {
  return attestable.filter((id) => !steps.some((step) => step.id === id && step.how === "attested"));
}

/** `cluster, entry (nobody attests); secrets (not in the backup)`; undefined: all of a rebuild was shown. */
export function notShown(steps: readonly Step[]): string | undefined {
  const open = steps.filter(({ how }) => how === "open").map(({ id }) => id);
  const parts = [
    { of: open.filter((id) => attestable.includes(id)), why: "nobody attests" },
    { of: open.filter((id) => !attestable.includes(id)), why: "not in the backup" },
  ].filter(({ of }) => of.length > 0);
  return parts.length === 0 ? undefined : parts.map(({ of, why }) => `${of.join(", ")} (${why})`).join("; ");
}

/** What of the rebuild this drill really did, what somebody attests, and what neither. */
export function continuityOf(stores: Stores, attested: readonly Attested[]): readonly Step[] {
  return known.map(({ id, title, kinds, words }): Step => {
    const said = attested.find(({ step }) => step === id);
    if (kinds === undefined)
      return said === undefined
        ? { id, title, how: "open", words: `nobody attests it: ${words}` }
        : { id, title, how: "attested", words: said.words, by: said.by };
    const of = stores.filter(({ kind }) => kinds.includes(kind));
    if (kinds.length > 0 && of.length === 0)
      return { id, title, how: "open", words: `no store of the kind ${kinds.join(", ")} is in the backup` };
    const bad = of.filter(({ verdict }) => verdict !== "proven");
    if (bad.length > 0)
      return {
        id,
        title,
        how: "failed",
        words: bad.map(({ store, why }) => `${store}: ${why[0] ?? "not proven"}`).join("; "),
      };
    const named = of.length === 0 ? "" : ` (${of.map(({ store }) => store).join(", ")})`;
    return { id, title, how: "done", words: `${words}${named}` };
  });
}
