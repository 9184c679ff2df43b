import type { SourceFile } from "../../platform/source.ts";
import type { Output, PinDraft, Reader } from "../reader.ts";
import { downloadIn } from "./dockerfile-downloads.ts";
import { imageDraft } from "./dockerfile-image.ts";
import { directivesOf, type Instruction, instructionsOf } from "./dockerfile-lines.ts";
import { packagesIn } from "./dockerfile-packages.ts";
import { type Command, commandsOf, jsonWords, runsHeredoc, scriptOf } from "./dockerfile-shell.ts";
import { constantPath, expand, type Lookup, type PlacedText, slicePlaced } from "./dockerfile-text.ts";

const fileName = /(^|\/)(Dockerfile|Containerfile)([._-][^/]*)?$|\.(dockerfile|containerfile)$/i;

/** Dockerfile and Containerfile: base images, images copied from, packages and releases that RUN fetches. */
export const dockerfile: Reader = {
  id: "dockerfile",

  accepts(path, text) {
    return (
      fileName.test(path) && !path.endsWith(".dockerignore") && /^\s*(FROM|ARG|COPY|ADD|RUN|ONBUILD)\s/im.test(text)
    );
  },

  read(file, out) {
    const build = new Build(file, out);
    for (const instruction of instructionsOf(file.text)) build.take(instruction);
  },
};

/** A build as it is read from top to bottom: what is defined so far, and where paths stand. */
class Build {
  readonly #out: Output;
  readonly #paths = new Map<string, number>();
  readonly #stageNames = new Set<string>();
  /** ARG before the first FROM: FROM sees them, a stage only those it names again. */
  readonly #global = new Map<string, PlacedText>();
  #stage: Map<string, PlacedText> | undefined;
  #stages = 0;

  constructor(file: SourceFile, out: Output) {
    this.#out = out;
    const syntax = directivesOf(file.text).get("syntax");
    if (syntax !== undefined) this.#image(syntax, "syntax");
  }

  take(instruction: Instruction): void {
    switch (instruction.keyword) {
      case "ARG":
        for (const word of commandsOf(instruction.rest).flat()) this.#define(word);
        return;
      case "ENV":
        this.#environment(instruction.rest);
        return;
      case "FROM":
        this.#from(instruction.rest);
        return;
      case "COPY":
      case "ADD":
        this.#copy(instruction);
        return;
      case "RUN":
        this.#run(instruction);
    }
  }

  readonly #lookup: Lookup = (name) => (this.#stage ?? this.#global).get(name);
  readonly #globalLookup: Lookup = (name) => this.#global.get(name);

  /** `ARG NAME=value`, or `ARG NAME` in a stage, which brings in the global one. */
  #define(word: PlacedText): void {
    const sign = word.text.indexOf("=");
    const name = sign < 0 ? word.text : word.text.slice(0, sign);
    const scope = this.#stage ?? this.#global;
    const value = sign < 0 ? this.#global.get(name) : expand(slicePlaced(word, sign + 1), this.#lookup);
    if (value !== undefined) scope.set(name, value);
  }

  /** `ENV A=1 B=2`, and the old `ENV A 1`. */
  #environment(rest: PlacedText): void {
    const words = commandsOf(rest).flat();
    if (words[0]?.text.includes("=")) {
      for (const word of words) if (word.text.includes("=")) this.#define(word);
    } else if (words.length === 2 && words[0] !== undefined && words[1] !== undefined) {
      (this.#stage ?? this.#global).set(words[0].text, expand(words[1], this.#lookup));
    }
  }

  #from(rest: PlacedText): void {
    const words = commandsOf(rest)
      .flat()
      .filter(({ text }) => !text.startsWith("--"));
    const [image, as, name] = words;
    this.#stage = new Map();
    this.#stages += 1;
    if (image !== undefined) this.#image(image, "FROM", this.#globalLookup);
    if (as?.text.toLowerCase() === "as" && name !== undefined) this.#stageNames.add(name.text.toLowerCase());
  }

  #copy({ rest }: Instruction): void {
    for (const word of jsonWords(rest) ?? commandsOf(rest).flat()) {
      if (word.text.startsWith("--from=")) this.#image(slicePlaced(word, "--from=".length), "COPY");
      else this.#emit(downloadIn(word, this.#lookup, "ADD"));
    }
  }

  #run({ rest, heredocs }: Instruction): void {
    const flags = /^\s*(?:--\S+\s+)*/.exec(rest.text)?.[0] ?? "";
    for (const flag of commandsOf(slicePlaced(rest, 0, flags.length)).flat()) this.#mount(flag);
    const command = slicePlaced(rest, flags.length);
    const json = jsonWords(command);
    for (const words of json === undefined ? commandsOf(command) : [json]) this.#command(words);
    if (runsHeredoc(command.text))
      for (const body of heredocs) for (const words of commandsOf(body)) this.#command(words);
  }

  /** `--mount=type=bind,from=image`. */
  #mount(flag: PlacedText): void {
    const found = /^--mount=(?:.*,)?from=([^,]+)/.exec(flag.text);
    const image = found?.[1];
    if (found === null || image === undefined) return;
    const end = found[0].length;
    this.#image(slicePlaced(flag, end - image.length, end), "RUN");
  }

  #command(words: Command): void {
    const script = scriptOf(words);
    if (script !== undefined) {
      for (const inner of commandsOf(script)) this.#command(inner);
      return;
    }
    for (const word of words) {
      if (!/^[A-Za-z_]\w*=/.test(word.text)) {
        if (!/^(export|local|declare|readonly|set|env)$/.test(word.text)) break;
      } else if (!/[`]|\$\(/.test(word.text)) this.#define(word);
    }
    for (const draft of packagesIn(words, this.#lookup, "RUN")) this.#emit(draft);
    for (const word of words) this.#emit(downloadIn(word, this.#lookup, "RUN"));
  }

  #image(reference: PlacedText, path: string, lookup: Lookup = this.#lookup): void {
    const name = reference.text.toLowerCase();
    if (name === "scratch" || /^\d+$/.test(name) || this.#stageNames.has(name)) return;
    const draft = imageDraft(reference, lookup, path);
    if (draft !== undefined && !this.#stageNames.has(draft.name.toLowerCase())) this.#emit(draft);
  }

  /** Gives the pin its key path: the stage and what names it, numbered when that is not enough to tell it from others. */
  #emit(draft: PinDraft | undefined): void {
    if (draft === undefined) return;
    const isInStage = this.#stages > 0 && !draft.path.startsWith(constantPath);
    const path = isInStage ? `stages[${this.#stages - 1}].${draft.path}` : draft.path;
    const key = `${path} ${draft.kind} ${draft.name}`;
    const seen = this.#paths.get(key) ?? 0;
    this.#paths.set(key, seen + 1);
    this.#out.pin({ ...draft, path: seen === 0 ? path : `${path}[${seen}]` });
  }
}
