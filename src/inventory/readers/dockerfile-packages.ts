import { isRange, stateOfConstraint, stateOfGit } from "../../kernel/version.ts";
import type { PinDraft } from "../reader.ts";
import { unresolved, versionDraft } from "./dockerfile-image.ts";
import type { Command } from "./dockerfile-shell.ts";
import { expand, type Lookup, type PlacedText, spanOf } from "./dockerfile-text.ts";

/** Options of `pip install` that take a value of their own (https://pip.pypa.io/en/stable/cli/pip_install/). */
const valued = new Set(
  `-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target --prefix --root
  --src --platform --python-version --implementation --abi --no-binary --only-binary --timeout --retries --cache-dir --proxy
  --trusted-host --cert --client-cert --progress-bar --upgrade-strategy --python --config-settings --global-option --log
  --report --index --default-index --override -p`.split(/\s+/),
);
/** They install the others and stay out of what runs: unless a version is written, they are no pins. */
const installers = new Set(["pip", "setuptools", "wheel"]);

/** The packages a command installs: `pip install mlflow==2.14.1`, `apt-get install curl=8.5.0-2`. */
export function packagesIn(command: Command, lookup: Lookup, path: string): readonly PinDraft[] {
  const words = command.map(({ text }) => text);
  const programAt = words.findIndex(
    (word) => !/^(sudo|exec|env|time|nice|command|if|then|else|elif|do|while|!|\{)$|^\w+=/.test(word),
  );
  const program = (words[programAt] ?? "").replace(/^.*\//, "");
  const install = words.indexOf("install", programAt);
  if (install > 0 && isPip(program, words.slice(programAt + 1, install))) {
    return requirementsOf(command.slice(install + 1)).flatMap((word) => draftOf(requirement(word, lookup, path)));
  }
  const add = /^apt(-get|itude)?$/.test(program) ? install : program === "apk" ? words.indexOf("add", programAt) : -1;
  if (add < 0) return [];
  return command.slice(add + 1).flatMap((word) => draftOf(distributionPackage(word, lookup, path)));
}

function draftOf(draft: PinDraft | undefined): readonly PinDraft[] {
  return draft === undefined ? [] : [draft];
}

/** `pip`, `pip3.11`, `python -m pip`, `uv pip`. */
function isPip(program: string, between: readonly string[]): boolean {
  if (/^pip[\d.]*$/.test(program)) return between.every((word) => word.startsWith("-"));
  if (/^python[\d.]*$/.test(program)) return between.includes("-m") && between.includes("pip");
  return program === "uv" && between.includes("pip");
}

function requirementsOf(args: Command): Command {
  return args.filter(({ text }, index) => {
    const before = args[index - 1]?.text ?? "";
    return !text.startsWith("-") && !valued.has(before) && !/^\d?>/.test(text) && !/^\d?>>?$/.test(before);
  });
}

const specifier = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/s;

function requirement(word: PlacedText, lookup: Lookup, path: string): PinDraft | undefined {
  const expanded = expand(word, lookup);
  const git = /(?:^|@\s*)git\+([a-z+]+:\/\/[^\s#]+)/.exec(expanded.text);
  if (git?.[1] !== undefined)
    return gitRequirement(word, lookup, path, git.index + git[0].length - git[1].length, git[1]);
  const [, name, rest = ""] = specifier.exec(expanded.text) ?? [];
  if (name === undefined || isFile(expanded.text)) return undefined;
  const constraint = rest.replace(/;.*$/s, "").trimEnd();
  if (constraint === "") return unversioned(word, name, path);
  const start = expanded.text.length - rest.length;
  const range = [start + lengthBefore(constraint), start + constraint.length] as const;
  if (!/^\s*(?:[=~!]=|[<>])/.test(constraint)) return undefined;
  return versionDraft({ kind: "package", name, path }, word, expanded, range, stateOfConstraint);
}

/** An exact version stands without its operator, a range with it. */
function lengthBefore(constraint: string): number {
  const operator = /^\s*={2,3}\s*/.exec(constraint)?.[0] ?? "";
  return isRange(constraint.slice(operator.length)) ? 0 : operator.length;
}

/** A folder, an archive or an address rather than a name; `.[extra]` too. */
function isFile(text: string): boolean {
  return (
    /^[.~/]|\/|\\|\.(whl|zip|tar\.gz|tgz|txt|toml)$/i.test(text) || unresolved.test(text.replace(/[=<>~!].*$/s, ""))
  );
}

function unversioned(word: PlacedText, name: string, path: string): PinDraft | undefined {
  const place = spanOf(word);
  if (installers.has(name.toLowerCase()) || place === undefined) return undefined;
  return { kind: "package", name, version: undefined, state: "missing", place, path };
}

function gitRequirement(
  word: PlacedText,
  lookup: Lookup,
  path: string,
  start: number,
  url: string,
): PinDraft | undefined {
  const sign = url.lastIndexOf("@");
  const hasRevision = sign > url.indexOf("/", url.indexOf("//") + 2);
  const name = hasRevision ? url.slice(0, sign) : url;
  const place = spanOf(word);
  if (place === undefined) return undefined;
  const draft = { kind: "git", name, source: name, path } as const;
  if (!hasRevision) return { ...draft, version: undefined, state: "missing", place };
  return versionDraft(draft, word, expand(word, lookup), [start + sign + 1, start + url.length], stateOfGit);
}

function distributionPackage(word: PlacedText, lookup: Lookup, path: string): PinDraft | undefined {
  const expanded = expand(word, lookup);
  const [, name, version] = /^([a-z0-9][a-z0-9+.:_-]*)=([^=\s]+)$/i.exec(expanded.text) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return versionDraft(
    { kind: "package", name, path },
    word,
    expanded,
    [name.length + 1, expanded.text.length],
    (text) => (isRange(text) ? "range" : "pinned"),
  );
}
