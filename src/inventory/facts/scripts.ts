import { environmentOf, type PlatformConfig } from "../../platform/config.ts";
import type { Script, SourceFile } from "../../platform/source.ts";

/** The file as something that runs; undefined when it is not. */
export function scriptIn(file: SourceFile, config: PlatformConfig): Script | undefined {
  const kind = kindOf(file);
  return kind === undefined ? undefined : { file, kind, environment: environmentOf(file.path, config) };
}

function kindOf(file: SourceFile): Script["kind"] | undefined {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  if (/^(GNU)?[Mm]akefile(\..+)?$|\.mk$/.test(name)) return "make";
  if (/^(Dockerfile|Containerfile)(\..+)?$|\.(dockerfile|containerfile)$/i.test(name)) return "dockerfile";
  if (/(^|\/)\.(github|gitea|forgejo)\/workflows\//.test(file.path) || /gitlab-ci[^/]*\.ya?ml$/.test(name)) return "ci";
  if (/\.(sh|bash|zsh)$/.test(name) || /^#!.*\b(ba|z|da|k)?sh\b/.test(file.text.slice(0, 80))) return "shell";
  return undefined;
}
