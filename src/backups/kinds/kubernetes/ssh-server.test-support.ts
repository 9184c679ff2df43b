// oxlint-disable no-restricted-imports -- tests start the servers that they read from
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../../../store/postmaster.ts";
import { folder } from "../../others/prove.test-support.ts";

const program = "/usr/sbin/sshd";

export const skipSsh = existsSync(program) ? false : "not run: sshd (Debian's openssh-server)";

/** A key pair without a passphrase. */
export function sshKey(): { readonly own: string; readonly open: string; readonly file: string } {
  const file = join(folder(), "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "tests", "-f", file]);
  return { own: readFileSync(file, "utf8"), open: readFileSync(`${file}.pub`, "utf8").trim(), file };
}

/** The real sshd, which lets in who runs the tests with that key alone, until they are over. `host` is its line for those who know it. */
export async function sshServer(open: string): Promise<{ readonly address: string; readonly host: string }> {
  const at = folder();
  const port = await freePort();
  const own = sshKey();
  writeFileSync(join(at, "authorized"), `${open}\n`, { mode: 0o600 });
  const options = {
    Port: String(port),
    ListenAddress: "127.0.0.1",
    HostKey: own.file,
    PidFile: join(at, "pid"),
    AuthorizedKeysFile: join(at, "authorized"),
    StrictModes: "no",
    UsePAM: "no",
    PasswordAuthentication: "no",
    PermitRootLogin: "prohibit-password",
  };
  const given = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  // As root it wants a folder to lock itself into.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const child = spawn(program, ["-D", "-e", "-f", "/dev/null", ...given], {
    stdio: "ignore",
  });
  after(() => child.kill());
  for (let waited = 0; !(await answers(port)); waited += 50) {
    if (waited > 60_000 || child.exitCode !== null) throw new Error("sshd did not start");
    await setTimeout(50);
  }
  return {
    address: `${userInfo().username}@127.0.0.1:${port}`,
    host: `[127.0.0.1]:${port} ${own.open}`,
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
