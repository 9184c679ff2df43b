import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { messageOf } from "../kernel/errors.ts";

/** Folders of tools: what stands in them is kept elsewhere or was downloaded. `.git` is passed over without a word. */
const toolFolders: Readonly<Record<string, string>> = {
  node_modules: "packages downloaded by npm",
  ".terraform": "providers and modules downloaded by Terraform",
  ".terragrunt-cache": "modules downloaded by Terragrunt",
  ".hg": "Mercurial's own folder",
  ".svn": "Subversion's own folder",
};

/** Files that show a folder to be a copy of others' packages, whatever its name. */
const packageMarkers: readonly (readonly [string, RegExp, string])[] = [
  ["modules.txt", /^vendor$/, "packages vendored by Go"],
  ["autoload.php", /^vendor$/, "packages vendored by Composer"],
  ["pyvenv.cfg", /./, "a Python virtual environment"],
];

/** Why a folder is not walked, by its name alone. `vendor` is walked unless a file in it says whose packages it holds. */
export function reasonToPassFolder(name: string): string | undefined {
  return Object.hasOwn(toolFolders, name) ? toolFolders[name] : undefined;
}

/** Why a folder is not walked, by the names of the files in it. */
export function reasonInFolder(name: string, hasFile: (file: string) => boolean): string | undefined {
  return packageMarkers.find(([marker, folder]) => folder.test(name) && hasFile(marker))?.[2];
}

/** Links are never followed: what a link to the inside points at is read at its own path. */
export function reasonOfLink(root: string, absolute: string): string {
  try {
    const target = realpathSync(absolute);
    if (target !== root && !target.startsWith(root === sep ? root : root + sep)) return "a link that leads outside";
    return "a link; its target is read at its own path";
  } catch (thrown) {
    if (codeOf(thrown) === "ELOOP") return "a link that leads to itself";
    if (codeOf(thrown) === "ENOENT") return "a link to nothing";
    return reasonOfFailure(thrown);
  }
}

const failures: Readonly<Record<string, string>> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ENOENT: "it vanished while the folder was read",
  ELOOP: "it became a link while the folder was read",
  ENAMETOOLONG: "its path is too long for this machine",
};

/** A reason in plain words for a file or folder the machine would not open. */
export function reasonOfFailure(thrown: unknown): string {
  return failures[codeOf(thrown) ?? ""] ?? `it cannot be read: ${messageOf(thrown)}`;
}

/** The system's own code of an error, such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

/** A name that is no UTF-8 cannot be written as a path in JSON: its bytes are shown as `\xff`. */
export function showBytes(name: Uint8Array): string {
  let shown = "";
  for (const byte of name) {
    shown += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return shown;
}
