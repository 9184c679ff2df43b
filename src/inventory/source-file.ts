import type { Node, Scalar } from "../kernel/tree.ts";
import type { Location, SourceDocument, SourceFile } from "../platform/source.ts";
import { positionOf } from "./yaml/lines.ts";
import { parseEmbedded, parseYaml, type YamlText } from "./yaml/parse.ts";

const yamlName =
  /(^|\/)Kustomization$|\.(ya?ml|json|yaml\.template|yml\.template|ya?ml\.tpl|ya?ml\.j2|ya?ml\.gotmpl|ya?ml\.tmpl)$/i;

/** Whether a file of this name is read as YAML or JSON. */
export function isYamlName(path: string): boolean {
  return yamlName.test(path);
}

/** A text file that parses itself when first asked for its documents. */
export class ParsedFile implements SourceFile {
  readonly path: string;
  readonly text: string;
  #parsed: YamlText | undefined;
  #embedded: Map<Scalar, readonly SourceDocument[]> | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get documents(): readonly SourceDocument[] {
    return this.parsed.documents;
  }

  get templated(): boolean {
    return this.parsed.templated;
  }

  /** undefined until someone asked for the documents: a file nobody parsed has no syntax errors worth telling. */
  get problems(): YamlText["problems"] {
    return this.#parsed?.problems ?? [];
  }

  get parsed(): YamlText {
    this.#parsed ??= isYamlName(this.path) ? parseYaml(this.text) : { documents: [], problems: [], templated: false };
    return this.#parsed;
  }

  embedded(scalar: Scalar): readonly SourceDocument[] {
    this.#embedded ??= new Map();
    const known = this.#embedded.get(scalar);
    if (known !== undefined) return known;
    const { documents } = parseEmbedded(scalar, this.text);
    this.#embedded.set(scalar, documents);
    return documents;
  }

  locate(place: number | Node): Location {
    const offset = typeof place === "number" ? place : place.start;
    return { file: this.path, ...positionOf(this.text, offset) };
  }
}
