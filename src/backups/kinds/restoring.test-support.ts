// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { createHash } from "node:crypto";
import { openBackups } from "../../edge/backups.ts";
import { InputError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import { formatSecretRef } from "../../platform/secret-ref.ts";
import { systems } from "../../systems/index.ts";
import { folder } from "../others/prove.test-support.ts";
import type { Restoring } from "../restore/contract.ts";

export interface RestoreLoan extends Partial<Omit<Restoring, "cluster" | "secret" | "readPart" | "progress">> {
  /** The parts by their names, as `taken` keeps them. */
  readonly stored: ReadonlyMap<string, Buffer>;
  readonly cluster?: KubeWriter | undefined;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly said?: string[];
}

let unique = 0;

/** What a kind is lent for restoring what `taken` made. */
export function restoringOf({ stored, cluster, secrets = {}, said = [], ...more }: RestoreLoan): Restoring {
  const { ports, path } = openBackups(process.env);
  let now = Date.UTC(2026, 10, 21, 6);
  unique += 1;
  return {
    id: `restore-test-${unique}`,
    prefix: "",
    ports,
    path,
    scratch: folder(),
    systems,
    clock: { now: () => instantOf((now += 1000)) },
    signal: new AbortController().signal,
    progress: (text) => void said.push(text),
    secret: async (ref) => secrets[formatSecretRef(ref)] ?? "",
    cluster: async () => {
      if (cluster === undefined) throw new InputError("no cluster is declared");
      return cluster;
    },
    async *readPart({ file, sha256 }) {
      const bytes = stored.get(file) ?? Buffer.alloc(0);
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      if (createHash("sha256").update(bytes).digest("hex") !== sha256)
        throw new InputError(`the bytes of ${file} are not those that the manifest names`);
    },
    ...more,
  };
}
