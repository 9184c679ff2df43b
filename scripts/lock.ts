import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Completes `package-lock.json` with the optional packages of other platforms. npm leaves out those that its registry does not
 * offer to the machine that writes the lock, and `npm ci` then refuses the lock everywhere. An entry says the version that
 * its owner asks for and the platform that its name tells, so that npm passes it over where it does not belong.
 * Run it after every change of dependencies: `scripts/node scripts/lock.ts`.
 */
interface Entry {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const file = join(import.meta.dirname, "..", "package-lock.json");
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(file, "utf8"));

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

const added: string[] = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const isLocked = Object.keys(lock.packages).some((known) => known === path || known.endsWith(`/${path}`));
    if (isLocked || !/^\d+\.\d+\.\d+/.test(version)) continue;
    lock.packages[path] = { version, ...platformOf(name), dev: true, optional: true };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
process.stdout.write(`${added.length} packages of other platforms added\n`);

function platformOf(name: string): object {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) =>
    words.some((word) => word === processor || (processor === "arm" && /^arm(v\d|$)/.test(word))),
  );
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word.startsWith("gnu"))
      ? "glibc"
      : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}
