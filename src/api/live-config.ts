import { parseServerConfig } from "../findings/server-file.ts";
import { messageOf } from "../kernel/errors.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { LogLine } from "./options.ts";

/** The server's configuration as it is in force. What needs a restart is taken once; modes and rights are asked for anew. */
export class LiveConfig {
  readonly #file: string | undefined;
  readonly #read: (file: string) => Promise<string | undefined>;
  readonly #log: (line: LogLine) => void;
  #text: string | undefined;
  #current: ServerConfig;
  #problem: string | undefined;

  private constructor(
    file: string | undefined,
    read: (file: string) => Promise<string | undefined>,
    log: (line: LogLine) => void,
    text: string | undefined,
  ) {
    this.#file = file;
    this.#read = read;
    this.#log = log;
    this.#text = text;
    this.#current = parseServerConfig(text ?? "", file ?? "the default configuration");
  }

  /** Throws `InputError` that lists everything wrong in it: a server does not start on half of a configuration. */
  static async open(
    file: string | undefined,
    read: (file: string) => Promise<string | undefined>,
    log: (line: LogLine) => void,
  ): Promise<LiveConfig> {
    return new LiveConfig(file, read, log, file === undefined ? undefined : await read(file));
  }

  get current(): ServerConfig {
    return this.#current;
  }

  /** The file and its text as they were last seen; undefined when the server runs without one. */
  get file(): { readonly name: string; readonly text: string | undefined } | undefined {
    return this.#file === undefined ? undefined : { name: this.#file, text: this.#text };
  }

  /** What is wrong with the file as it is now; undefined when it is the one in force. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Looks whether the file was changed. An invalid or missing one is said once, and the last valid one stays in force. */
  async look(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      const text = await this.#read(this.#file);
      if (text === this.#text) return;
      this.#text = text;
      if (text === undefined) throw new Error(`${this.#file} is gone`);
      this.#current = parseServerConfig(text, this.#file);
      this.#problem = undefined;
      this.#log({ level: "info", message: `${this.#file} was read again; mode ${this.#current.mode}` });
    } catch (thrown) {
      this.#problem = messageOf(thrown);
      this.#log({ level: "error", message: `${this.#problem}\nThe last valid configuration stays in force.` });
    }
  }
}
