import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { InputError, messageOf } from "../kernel/errors.ts";
import { initialise, isAlive } from "./postmaster.ts";
import { barrierFor, findPrograms, type Programs, type ServerUser, serverUser } from "./programs.ts";

/** A folder of our own server: `data` with the password in `data/millwright.password` (0600), and `server.log`. */
export interface DataFolder {
  readonly data: string;
  readonly programs: Programs;
  /** Whom the server runs as; undefined: us. */
  readonly user: ServerUser | undefined;
  readonly password: string;
  /** The log to write to; one that has grown too long is set aside. */
  logFile(): string;
  /** Whether a process is a PostgreSQL server on this folder. */
  isOurs(pid: number): boolean;
}

const passwordFile = "millwright.password";
const longestLog = 10_000_000;

/** Opens a folder, and makes what it lacks. Throws `InputError` that says what to do when it cannot be used. */
export function openDataFolder(folder: string, path: string): DataFolder {
  const user = serverUser();
  const data = join(folder, "data");
  refuseBarrier(folder, user);
  const programs = choosePrograms(data, path, user);
  makeFolder(folder);
  if (!existsSync(join(data, "PG_VERSION"))) makeData(folder, programs, user);
  return {
    data,
    programs,
    user,
    password: readPassword(join(data, passwordFile)),
    logFile: () => logIn(folder),
    isOurs: (pid) => runsOn(pid, data),
  };
}

function refuseBarrier(folder: string, user: ServerUser | undefined): void {
  const barrier = barrierFor(folder, user);
  if (barrier === undefined || user === undefined) return;
  throw new InputError(
    `PostgreSQL does not run as root, and the user ${user.name}, as whom it would run, may not enter ${barrier}. Choose another folder (database: { embedded: /var/lib/millwright }), or start Millwright as another user`,
  );
}

/** The programs of the version that made the data; for new data the newest found. */
function choosePrograms(data: string, path: string, user: ServerUser | undefined): Programs {
  const found = findPrograms(path).filter((programs) => barrierFor(programs.folder, user) === undefined);
  const version = join(data, "PG_VERSION");
  const made = existsSync(version) ? Number(readFileSync(version, "utf8").trim()) : undefined;
  const fitting = found.find((programs) => made === undefined || programs.major === made);
  if (fitting !== undefined) return fitting;
  if (made === undefined) {
    throw new InputError(
      "there is no PostgreSQL server on this machine. Install one (apt-get install postgresql), or name a database in millwright.server.yaml (database: { url: env:DATABASE_URL })",
    );
  }
  throw new InputError(versionMismatch(data, made, found));
}

function versionMismatch(data: string, made: number, found: readonly Programs[]): string {
  const here = found.map(({ major }) => major).join(", ") || "none";
  const [newest] = found;
  return [
    `the data in ${data} was made by PostgreSQL ${made}; on this machine there is ${here}. Install PostgreSQL ${made} to go on as before.`,
    ...(newest === undefined || newest.major < made
      ? []
      : [
          `To move to ${newest.major}, with both installed and Millwright stopped:`,
          `  /usr/lib/postgresql/${made}/bin/pg_ctl -D ${data} -o '-c listen_addresses=127.0.0.1 -p 5999' -w start`,
          `  PGPASSWORD=$(cat ${data}/${passwordFile}) pg_dump -h 127.0.0.1 -p 5999 -U millwright -Fc -f millwright.dump millwright`,
          `  /usr/lib/postgresql/${made}/bin/pg_ctl -D ${data} -w stop && mv ${data} ${data}.${made}`,
          "then start Millwright once, and restore with pg_restore --clean --if-exists -d millwright millwright.dump",
        ]),
  ].join("\n");
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (thrown) {
    throw new InputError(`the folder ${folder} cannot be made: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Made beside and then moved into place, so that a start that was interrupted leaves nothing half done. */
function makeData(folder: string, programs: Programs, user: ServerUser | undefined): void {
  for (const name of readdirSync(folder)) {
    const maker = /^new-(\d+)$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) rmSync(join(folder, name), { recursive: true, force: true });
  }
  const draft = join(folder, `new-${process.pid}`);
  mkdirSync(draft, { mode: 0o700 });
  try {
    const password = secretFile(join(draft, passwordFile), user);
    if (user !== undefined) chownSync(draft, user.uid, user.gid);
    const made = join(draft, "data");
    const settings = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", `--pwfile=${password}`];
    initialise(programs, ["-D", made, "-U", "millwright", ...settings], user);
    renameSync(password, join(made, passwordFile));
    moveInto(made, join(folder, "data"));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function secretFile(file: string, user: ServerUser | undefined): string {
  writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (user !== undefined) chownSync(file, user.uid, user.gid);
  return file;
}

/** Another process that started in the same moment may have been quicker: then its data stays. */
function moveInto(made: string, place: string): void {
  try {
    renameSync(made, place);
  } catch (thrown) {
    if (!existsSync(join(place, "PG_VERSION"))) throw thrown;
  }
}

function readPassword(file: string): string {
  try {
    // Whoever loosened it: nobody else shall read it.
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return readFileSync(file, "utf8").trim();
  } catch (thrown) {
    throw new InputError(
      `the database's password ${file} cannot be read: ${messageOf(thrown)}. It belongs to the user who started Millwright first; start it as that user`,
      { cause: thrown },
    );
  }
}

function logIn(folder: string): string {
  const file = join(folder, "server.log");
  if (existsSync(file) && statSync(file).size > longestLog) renameSync(file, `${file}.1`);
  return file;
}

function runsOn(pid: number, data: string): boolean {
  try {
    const [program = "", ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return /(?:^|\/)postgres$/.test(program) && args.includes(data);
  } catch {
    return false;
  }
}
