import { join } from "node:path";
import type { RestoreFolder } from "../../../kernel/backup-ports.ts";
import { counted } from "../../../kernel/count.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { Restoring, StoreRestored } from "../../restore/contract.ts";
import { cloneBundle } from "./prove-bundles.ts";
import type { WantedRepository } from "./wanted-repository.ts";

/** A bare repository in a folder, by Git of this machine, as one may clone it or push it from there. */
export async function repositoryToFolder(
  { repository, bundle, archive }: WantedRepository,
  place: string,
  restoring: Restoring,
): Promise<StoreRestored> {
  const folder = await restoring.ports.openFolder(place);
  if (!(await folder.isEmpty())) throw new InputError(`${place} is not empty: name another folder`);
  const names = `${repository.path ?? repository.name.replace(/\.git$/, "")}.git`.split("/");
  const file = [`${names.at(-1)}.bundle`];
  // What is refused leaves the folder empty.
  await bundle.read((content) => folder.write(file, content));
  const into = await folder.inner(names);
  const why = await cloneBundle(repository, { file: join(folder.folder, ...file), into }, restoring);
  const words = `${repository.path ?? repository.name} is a repository in ${into}: ${counted(repository.refs, "ref")}; its bundle lies beside it`;
  const notes = await layHooks(repository.name, `${names.at(-1)}.custom_hooks.tar`, archive, folder);
  return { did: why.length === 0 ? [words] : [], differences: why, notes };
}

/** Beside the repository; says how Gitaly takes them. */
async function layHooks(
  name: string,
  file: string,
  archive: WantedRepository["archive"],
  folder: RestoreFolder,
): Promise<readonly string[]> {
  if (archive?.hooks === undefined) return [];
  await archive.hooks.read((content) => folder.write([file], content));
  return [
    `its custom hooks are in ${join(folder.folder, file)}; in Gitaly's pod gitaly hooks set --repository ${name} --config /etc/gitaly/config.toml takes them as its input`,
  ];
}
