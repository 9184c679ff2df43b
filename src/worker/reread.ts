import { type Opened, observeRepository } from "../findings/observe.ts";
import { observeConfiguration } from "../findings/observe-configuration.ts";
import { parseConfig } from "../findings/platform-file.ts";
import { SystemError } from "../kernel/errors.ts";
import type { Tree } from "../kernel/ports.ts";
import { defaultConfig, type PlatformConfig, platformFile } from "../platform/config.ts";
import { PlatformConfig as Schema } from "../platform/schema.ts";
import type { Store } from "../store/store.ts";
import type { Rule, ServedStore, System } from "../systems/contract.ts";
import type { Job } from "./job.ts";

/** A repository that is read again and again. */
export interface Reread {
  readonly name: string;
  readonly everySeconds: number;
  /** Its files as they are now, and the commit where there is one. */
  open(signal: AbortSignal): Promise<{ readonly tree: Tree; readonly revision: string | undefined }>;
}

/** How the job that reads a repository is called: asking for its turn reads it at once. */
export function rereadId(repository: string): string {
  return `reread/${repository}`;
}

/** Reads a repository and keeps what it shows, by its last valid `millwright.yaml`; an invalid one is a finding. */
export function rereadJob(
  repository: Reread,
  known: {
    readonly systems: readonly System[];
    readonly rules: readonly Rule[];
    readonly opened?: ((config: PlatformConfig) => Opened) | undefined;
    /** What this server backs up on a schedule. */
    readonly served?: () => readonly ServedStore[];
  },
): Job {
  return {
    id: rereadId(repository.name),
    everySeconds: repository.everySeconds,
    timeoutSeconds: 600,
    async run({ store, now, signal }) {
      const { tree, revision } = await repository.open(signal);
      const file = { schema: Schema, source: sourceOf(repository.name), name: platformFile, revision };
      const config = await observeConfiguration(store, { ...file, text: await platformText(tree) }, now);
      const source = { id: `repository:${repository.name}`, ...(revision === undefined ? {} : { revision }) };
      const { systems, rules, opened, served } = known;
      const audited = { tree, config: config ?? defaultConfig, systems, rules, now, served: served?.() ?? [] };
      await observeRepository(store, audited, source, opened?.(audited.config));
    },
  };
}

interface InForceTables {
  readonly configuration_in_force: { readonly source: string; readonly text: string };
}

/** The `millwright.yaml` of a repository that is in force; what holds without one where none was ever valid. */
export async function configInForce(store: Store, repository: string): Promise<PlatformConfig> {
  const row = await store
    .tables<InForceTables>()
    .selectFrom("configuration_in_force")
    .select("text")
    .where("source", "=", sourceOf(repository))
    .executeTakeFirst();
  return row === undefined ? defaultConfig : parseConfig(row.text, platformFile);
}

function sourceOf(repository: string): string {
  return `configuration:${repository}`;
}

async function platformText(tree: Tree): Promise<string | undefined> {
  const { files } = await tree.list();
  const entry = files.find(({ path }) => path === platformFile);
  if (entry === undefined) return undefined;
  const [content] = await tree.read([entry]);
  if (content instanceof Uint8Array) return new TextDecoder().decode(content);
  throw new SystemError(`${tree.label}/${platformFile} cannot be read: ${content?.reason ?? "it is gone"}`, "retry");
}
