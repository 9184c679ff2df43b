import { InputError } from "../../kernel/errors.ts";
import { refuseBrokenServer } from "./broken-server.ts";
import { failureOf } from "./failures.ts";
import type { RestoreFailure } from "./proof.ts";
import { namesIn } from "./sql-names.ts";
import { type SqlPart, SqlReader } from "./sql-reader.ts";
import { makeRole, type RestoreTarget } from "./throw-away.ts";

/** What came back of one database, and what its dump said. */
export interface Restored {
  readonly name: string | undefined;
  readonly target: RestoreTarget;
  readonly serverVersion: string | undefined;
  readonly dumpVersion: string | undefined;
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
  readonly failures: readonly RestoreFailure[];
  readonly failureCount: number;
}

export interface RestoreCall {
  /** An empty database, of UTF8 unless said otherwise; asked for again at each `\connect` of a dump of several. */
  readonly makeTarget: (encoding?: string) => Promise<RestoreTarget>;
  /** Looked at after each database, which is dropped then. */
  readonly done: (restored: Restored) => Promise<void>;
  readonly progress: (bytes: number) => void;
  readonly signal: AbortSignal;
  readonly name: string | undefined;
}

/** What a whole dump said of itself. */
export interface RestoredDump {
  /** pg_dump's first line and its last: without them nobody can tell whether its end is missing. */
  readonly isSigned: boolean;
  /** It makes roles, or changes them: what belongs to a server and to none of its databases. */
  readonly makesRoles: boolean;
}

/** More are only counted. */
const keptFailures = 200;

/** Statements about the server as a whole: other databases and logins are not made. Their names are kept. */
const aboutServer =
  /^\s*(?:(?:create|alter|drop) (?:database|role|user|group|tablespace)\b|set session authorization\b|reset session authorization\b)/i;

/** What a dump says before anything else. */
const setting = /^(?:set\s|select pg_catalog\.set_config\()/i;

/** It comes from a database that took any bytes for text: one of UTF8 would refuse some of them. */
const anyBytes = /^set client_encoding = 'SQL_ASCII'/i;

/** What no dump asks for: a file or a program of the machine. The role could not; the dump is refused for trying. */
export const outside = /^\s*(?:copy\b[\s\S]*\b(?:from|to)\s+(?:program\b|'|e')|load\b)/i;

/**
 * Restores a plain dump. A refused statement is kept and passed over, as psql does. Throws `InputError` when the dump is
 * not whole or asks for what no dump asks for, `SystemError` when the server or its disk fails.
 */
export async function restorePlain(dump: AsyncIterable<Uint8Array>, call: RestoreCall): Promise<RestoredDump> {
  const reader = new SqlReader(counted(dump, call));
  const restore = new Restore(call);
  try {
    for await (const part of reader.parts()) await restore.take(part);
    return await restore.finish(reader.rest());
  } finally {
    await restore.close();
  }
}

async function* counted(
  dump: AsyncIterable<Uint8Array>,
  { progress, signal }: RestoreCall,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of dump) {
    if (signal.aborted) throw signal.reason;
    bytes += chunk.length;
    progress(bytes);
    yield chunk;
  }
}

class Restore {
  readonly #call: RestoreCall;
  #name: string | undefined;
  #target: RestoreTarget | undefined;
  /** Whether more than settings was done in it. */
  #isFilled = false;
  #roles = new Set<string>();
  /** They belong to the server: each is made once, when something is given to it. */
  readonly #made = new Set<string>();
  #extensions = new Set<string>();
  #failures: RestoreFailure[] = [];
  #failureCount = 0;
  #statements = 0;
  #makesRoles = false;
  #versions: { server?: string; dump?: string } = {};
  /** Dumps that have begun and not ended yet: within that of a server lies one of each of its databases. */
  #open = 0;
  #isSigned = false;

  constructor(call: RestoreCall) {
    this.#call = call;
    this.#name = call.name;
  }

  async take(part: SqlPart): Promise<void> {
    if (this.#call.signal.aborted) throw this.#call.signal.reason;
    switch (part.kind) {
      case "comment":
        return this.#comment(part.text);
      case "meta":
        return this.#meta(part);
      case "statement":
      case "copy":
        return this.#statement(part);
    }
  }

  #comment(text: string): void {
    const [sign, complete] = /^-- PostgreSQL database (?:cluster )?dump( complete)?$/.exec(text.trim()) ?? [];
    if (sign !== undefined) this.#open = Math.max(0, this.#open + (complete === undefined ? 1 : -1));
    this.#isSigned ||= complete !== undefined;
    const [, server] = /^-- Dumped from database version (.{1,100})$/.exec(text) ?? [];
    const [, dump] = /^-- Dumped by pg_dump version (.{1,100})$/.exec(text) ?? [];
    if (server !== undefined) this.#versions.server = server.trim();
    if (dump !== undefined) this.#versions.dump = dump.trim();
  }

  /** pg_dump writes these and no others (src/bin/pg_dump/pg_dump.c, pg_dumpall.c). */
  async #meta({ text, line }: SqlPart & { readonly kind: "meta" }): Promise<void> {
    if (/^\\(?:un)?restrict [A-Za-z0-9]+$/.test(text)) return;
    const [, connect] = /^\\connect (?:-reuse-previous=on )?(.+)$/.exec(text) ?? [];
    if (connect === undefined)
      throw new InputError(
        `line ${line} is a command to psql (${text.slice(0, 60)}) that pg_dump never writes; nothing of it was run`,
      );
    await this.#close();
    const named = /dbname='([^']*)'/.exec(connect)?.[1] ?? connect.replaceAll('"', "").trim();
    this.#name = named;
  }

  async #statement(part: SqlPart & { readonly kind: "statement" | "copy" }): Promise<void> {
    const { roles, extensions } = namesIn(part.text);
    for (const extension of extensions) this.#extensions.add(extension);
    if (outside.test(part.text.slice(0, 20_000)))
      throw new InputError(
        `line ${part.line} asks for a file or a program of the machine (${part.text.slice(0, 60).replace(/\s+/g, " ")}), which no dump does; it was not run`,
      );
    if (aboutServer.test(part.text)) {
      this.#makesRoles ||= /^\s*(?:create|alter) (?:role|user|group)\b/i.test(part.text);
      for (const role of roles) this.#roles.add(role);
      return;
    }
    const target = await this.#targetOf(part.text);
    for (const role of roles) await this.#role(target, role);
    this.#statements += 1;
    const { restorer } = target;
    const failure = part.kind === "copy" ? await restorer.copy(part.bytes, part.rows) : await restorer.run(part.bytes);
    if (failure === undefined) return;
    refuseBrokenServer(failure);
    this.#fail(failureOf(part.text, failure));
  }

  async #targetOf(statement: string): Promise<RestoreTarget> {
    const isOfAnyBytes = anyBytes.test(statement) && !this.#isFilled;
    if (isOfAnyBytes) await this.close();
    this.#isFilled ||= !setting.test(statement);
    this.#target ??= await this.#call.makeTarget(isOfAnyBytes ? "SQL_ASCII" : undefined);
    return this.#target;
  }

  async #role(target: RestoreTarget, role: string): Promise<void> {
    this.#roles.add(role);
    if (this.#made.has(role)) return;
    this.#made.add(role);
    if (!role.startsWith("pg_") && role !== "" && Buffer.byteLength(role) < 64) await makeRole(target.keeper, role);
  }

  #fail(failure: RestoreFailure | undefined): void {
    if (failure === undefined) return;
    this.#failureCount += 1;
    if (this.#failures.length < keptFailures) this.#failures.push(failure);
  }

  async finish(rest: string): Promise<RestoredDump> {
    if (rest !== "") throw new InputError("the dump ends within a statement");
    if (this.#open > 0) throw new InputError("the dump has no end: the last line of pg_dump or pg_dumpall is missing");
    if (this.#statements === 0 && !this.#makesRoles) throw new InputError("the dump holds no statement");
    await this.#close();
    return { isSigned: this.#isSigned, makesRoles: this.#makesRoles };
  }

  async #close(): Promise<void> {
    const target = this.#target;
    if (target === undefined) return;
    await endSession(target);
    await this.#call.done({
      name: this.#name,
      target,
      serverVersion: this.#versions.server,
      dumpVersion: this.#versions.dump,
      roles: [...this.#roles].sort(),
      extensions: [...this.#extensions].sort(),
      failures: this.#failures,
      failureCount: this.#failureCount,
    });
    await this.close();
    [this.#roles, this.#extensions, this.#failures, this.#failureCount] = [new Set(), new Set(), [], 0];
  }

  async close(): Promise<void> {
    const target = this.#target;
    this.#target = undefined;
    this.#isFilled = false;
    await target?.drop().catch(() => undefined); // the server may be gone; its folder goes too
  }
}

/** Takes back what psql's end would: a role that was set, and a transaction that is still open, of which nothing comes back. */
async function endSession({ restorer }: RestoreTarget): Promise<void> {
  const failure = await restorer.run(Buffer.from("discard all"));
  if (failure === undefined) return;
  refuseBrokenServer(failure);
  throw new InputError("the dump ends within a transaction that it does not commit: nothing of that comes back");
}
