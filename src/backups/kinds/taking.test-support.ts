// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { createHash } from "node:crypto";
import { openBackups } from "../../edge/backups.ts";
import { isFeed } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { formatSecretRef, type SecretRef } from "../../platform/secret-ref.ts";
import { systems } from "../../systems/index.ts";
import { allOf } from "../lines.ts";
import { folder } from "../others/prove.test-support.ts";
import type { Part } from "../repository/manifest.ts";
import type { Repository } from "../repository/restic.ts";
import type { OwnProving, Proved, SealedBody, StoreKind, Taking } from "../store-kind.ts";

const began = Date.UTC(2026, 10, 20, 9);

export interface TestTaken<Body> {
  readonly sealed: SealedBody<Body>;
  /** What was stored, by its name: a test may damage it. */
  readonly stored: Map<string, Buffer>;
  readonly said: readonly string[];
}

export interface TestLoan
  extends Partial<Pick<Taking, "class" | "stores" | "others" | "earlier" | "bodyOf" | "repository" | "down" | "left">> {
  readonly cluster?: KubeWriter;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly pointed?: OwnProving["pointed"];
  /** Where restored data may lie. */
  readonly scratch?: string;
}

/** Makes a backup with parts in memory in the place of a repository. */
export async function taken<Config extends BackupStore, Body>(
  kind: StoreKind<Config, Body>,
  config: Config,
  loan: TestLoan,
): Promise<TestTaken<Body>> {
  const stored = new Map<string, Buffer>();
  const said: string[] = [];
  const parts: Part[] = [];
  const storePart: Taking["storePart"] = async (name, source) => {
    if (isFeed(source)) throw new Error(`${name} would have to be read by a program`);
    const bytes = Buffer.concat(await allOf(source));
    stored.set(name, bytes);
    const part = { snapshot: name, file: name, bytes: bytes.length, sha256: digestOf(bytes), added: bytes.length };
    parts.push(part);
    return part;
  };
  const identity = { installation: "acme", environment: "production", ...nameOf(config) };
  const {
    body,
    takenAt,
    versions,
    packs = [],
  } = await kind.take(config, {
    ...lent(loan, said),
    id: "test",
    identity,
    scratch: folder(),
    class: loan.class ?? "by-hand",
    stores: loan.stores ?? [],
    others: loan.others ?? [],
    earlier: loan.earlier ?? [],
    packs: [],
    down: loan.down,
    left: loan.left,
    bodyOf: loan.bodyOf ?? (async () => undefined),
    storePart,
    storePack: storePart,
  });
  const manifest = {
    schema: "millwright/backup/1" as const,
    id: "test",
    identity: { ...identity, repository: "test" },
    kind: kind.id,
    takenAt,
    endedAt: takenAt,
    versions: { ...versions },
    parts,
    packs: [...packs],
  };
  const read: Body = kind.body.parse(JSON.parse(JSON.stringify(body)));
  return { sealed: { ...manifest, body: read } as unknown as SealedBody<Body>, stored, said };
}

export async function proved<Config extends BackupStore, Body>(
  kind: StoreKind<Config, Body>,
  { sealed, stored }: TestTaken<Body>,
  loan: TestLoan = {},
): Promise<Proved> {
  const { path } = openBackups(process.env);
  const proving: OwnProving = {
    ...lent(loan, []),
    scratch: loan.scratch ?? folder(),
    path,
    restored: async () => undefined,
    pointed: loan.pointed,
    async *readPart({ file, sha256 }) {
      const bytes = stored.get(file) ?? Buffer.alloc(0);
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      if (digestOf(bytes) !== sha256)
        throw new InputError(`the bytes of ${file} are not those that the manifest names`);
    },
    placePart: (part, into) => into.write(part.file, proving.readPart(part)),
  };
  return kind.prove(sealed, proving);
}

function lent({ cluster, secrets = {}, signal = new AbortController().signal, repository }: TestLoan, said: string[]) {
  let now = began;
  return {
    ports: openBackups(process.env).ports,
    cluster: async (): Promise<KubeWriter> => {
      if (cluster === undefined) throw new InputError("no cluster is declared");
      return cluster;
    },
    secret: async (ref: SecretRef): Promise<string> => secrets[formatSecretRef(ref)] ?? "",
    repository: repository ?? ({ snapshots: async () => [] } as unknown as Repository),
    systems,
    clock: { now: () => instantOf((now += 1000)) },
    progress: (text: string) => void said.push(text),
    signal,
  };
}

function nameOf({ component, store }: BackupStore): { readonly component: string; readonly store: string } {
  return { component, store };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
