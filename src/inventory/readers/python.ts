import { type Output, type Reader } from "../reader.ts";
import { readConda } from "./python-conda.ts";
import { readPyproject } from "./python-pyproject.ts";
import { requirementDraft } from "./python-requirement.ts";

const lists = /(?:^|\/)[^/]*(?:requirements|constraints)[^/]*\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/;
const conda = /(?:^|\/)(?:environment[^/]*|conda[^/]*|python_env)\.ya?ml$/;

/** Python's requirement files, `pyproject.toml` and conda environments. */
export const python: Reader = {
  id: "python",

  accepts(path, text) {
    if (conda.test(path)) return /^dependencies:/m.test(text);
    return lists.test(path) || /(?:^|\/)pyproject\.toml$/.test(path);
  },

  read(file, out) {
    if (file.path.endsWith(".toml")) readPyproject(file.text, out);
    else if (lists.test(file.path)) readList(file.text, out);
    else readConda(file, out);
  },
};

/**
 * One requirement a line; a line that ends in a backslash goes on. Options are none, but `-e git+https://…` is one
 * (https://pip.pypa.io/en/stable/reference/requirements-file-format/).
 */
function readList(text: string, out: Output): void {
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start < text.length) {
    const line = /(?:[^\\\n]|\\\r?\n|\\)*/y;
    line.lastIndex = start;
    const whole = line.exec(text)?.[0] ?? "";
    readLine(whole, start, out);
    start += whole.length + 1;
  }
}

function readLine(whole: string, start: number, out: Output): void {
  const lead = /^\s*(?:(?:-e|--editable)[\s=]+)?/.exec(whole)?.[0] ?? "";
  const written = whole
    .slice(lead.length)
    .replace(/(?:^|\s)#[^]*$/, "")
    .replace(/\\\r?\n/g, (end) => " ".repeat(end.length))
    .trimEnd();
  if (written === "" || written.startsWith("-") || isFile(written)) return;
  const draft = requirementDraft(written, start + lead.length, (name) => name);
  if (draft !== undefined) out.pin(draft);
}

/** A folder or an archive rather than a name. */
function isFile(text: string): boolean {
  return /^[./~]|^[a-z]+:\/\/|^file:/.test(text);
}
