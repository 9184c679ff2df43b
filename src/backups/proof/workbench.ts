import type { BackupPorts, Restorer, Scratch } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { barrierFor, findPrograms, type Programs, type ServerUser, serverUser } from "../../store/programs.ts";
import { runAs, startThrowAway, type ThrowAway } from "./throw-away.ts";

/** What a server needs before any data is in it (its own files and its log of writes), in bytes. */
const emptyServer = 120_000_000;

/** How often the room is looked at. */
const watchEveryMs = 250;

export interface WorkbenchOptions {
  /** Where restored data may lie: passable for the user the server runs as. */
  readonly parent: string;
  /** `$PATH`. */
  readonly path: string;
  /** Whoever waits gives up: its servers end at once, whatever they are at. */
  readonly signal: AbortSignal;
}

/** The scratch folder, the throw-away servers in it and the programs at hand. Close it whatever happens. */
export class Workbench {
  readonly scratch: Scratch;
  readonly user: ServerUser | undefined;
  readonly restorers: readonly Restorer[];
  /** Folders of killed runs that were removed at the start. */
  readonly debris: number;
  readonly #programs: readonly Programs[];
  readonly #ports: BackupPorts;
  /** Also those that are still starting. */
  readonly #servers = new Map<number, Promise<ThrowAway>>();
  readonly #gone = new AbortController();
  readonly #watch: NodeJS.Timeout;

  private constructor(
    parts: Pick<Workbench, "scratch" | "user" | "restorers" | "debris">,
    programs: readonly Programs[],
    ports: BackupPorts,
    { reserve, signal }: { readonly reserve: number; readonly signal: AbortSignal },
  ) {
    this.scratch = parts.scratch;
    this.user = parts.user;
    this.restorers = parts.restorers;
    this.debris = parts.debris;
    this.#programs = programs;
    this.#ports = ports;
    this.#watch = setInterval(() => {
      void this.scratch.freeBytes().then(
        (free) => {
          if (free < reserve) this.#gone.abort(fullDisk(this.scratch.folder, free));
        },
        () => undefined,
      );
    }, watchEveryMs);
    this.#watch.unref();
    // A statement may take hours: nobody hears of the end between two of them.
    AbortSignal.any([this.#gone.signal, signal]).addEventListener("abort", () => void this.#stopServers());
  }

  /** Throws `InputError` when there is no server here, or no folder it could run in. */
  static async open({ parent, path, signal }: WorkbenchOptions, ports: BackupPorts): Promise<Workbench> {
    const user = serverUser();
    const barrier = barrierFor(parent, user);
    if (barrier !== undefined && user !== undefined)
      throw new InputError(
        `PostgreSQL runs as ${user.name} here, who may not enter ${barrier}; name another folder by --scratch`,
      );
    const programs = findPrograms(path).filter(({ folder }) => barrierFor(folder, user) === undefined);
    if (programs.length === 0)
      throw new InputError("there is no PostgreSQL server on this machine to restore into: apt-get install postgresql");
    const restorers = (await ports.programs.restorers()).filter(
      ({ file }) => barrierFor(file, undefined) === undefined,
    );
    const { scratch, removed } = await ports.scratch.make(parent, runAs(user));
    const free = await scratch.freeBytes();
    const reserve = Math.min(1_000_000_000, Math.max(8_000_000, free * 0.02));
    return new Workbench({ scratch, user, restorers, debris: removed }, programs, ports, { reserve, signal });
  }

  /** Ended when there is no room any more; its reason says so. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Refuses what certainly has no room; how much a compressed dump needs is only known while it is restored. */
  async checkRoom(bytes: number): Promise<void> {
    const free = await this.scratch.freeBytes();
    const needed = bytes + (this.#servers.size === 0 ? emptyServer : 0);
    if (free < needed)
      throw new SystemError(
        `${this.scratch.folder} has ${megabytes(free)} free, and this needs ${megabytes(needed)} at least; name a folder with more room by --scratch`,
        "stop",
      );
  }

  /** A server of the major a dump comes from, or else of the nearest later one, or else of the newest there is. */
  async server(from: number | undefined): Promise<ThrowAway> {
    const newest = this.#programs.toSorted((a, b) => b.major - a.major)[0];
    const fitting = this.#programs
      .filter(({ major }) => from !== undefined && major >= from)
      .toSorted((a, b) => a.major - b.major)[0];
    const programs = fitting ?? newest;
    if (programs === undefined) throw new Error("a workbench without programs was opened");
    const running = this.#servers.get(programs.major);
    if (running !== undefined) return running;
    const starting = startThrowAway(programs, this.user, this.scratch, this.#ports);
    this.#servers.set(programs.major, starting);
    starting.catch(() => this.#servers.delete(programs.major)); // whoever asked hears of it
    return starting;
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#stopServers();
    await this.scratch.remove();
  }

  async #stopServers(): Promise<void> {
    // One that is still starting would write into a folder that is gone.
    for (const starting of this.#servers.values())
      await starting.then((server) => server.stop()).catch(() => undefined); // its folder goes in any case
  }
}

function fullDisk(folder: string, free: number): SystemError {
  return new SystemError(
    `the disk of ${folder} is full but for ${megabytes(free)}; name a folder with more room by --scratch`,
    "stop",
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
