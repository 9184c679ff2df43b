import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Servers on this machine for tests: on the loopback, on random ports, in folders of their own, ended by their pid. */
export interface LocalServer {
  readonly port: number;
  readonly folder: string;
  stop(): Promise<void>;
}

/** Where Debian has a program; undefined when it is not installed. */
function programAt(...paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

export const nginxProgram = programAt("/usr/sbin/nginx");
export const redisProgram = programAt("/usr/bin/redis-server");
export const opensslProgram = programAt("/usr/bin/openssl");

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A folder that root's nginx workers may read. */
function testFolder(): string {
  return mkdtempSync(join(tmpdir(), "millwright-servers-"));
}

async function started(child: ChildProcess, port: number, folder: string): Promise<LocalServer> {
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", () => child.kill("SIGKILL"));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) break;
    if (await listens(port)) return { port, folder, stop };
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  await stop();
  throw new Error(`a server did not start: ${output}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

/** Redis with these lines of configuration. */
export async function startRedis(program: string, lines: readonly string[] = []): Promise<LocalServer> {
  const folder = testFolder();
  const port = await freePort();
  const config = join(folder, "redis.conf");
  writeFileSync(config, ["bind 127.0.0.1", `port ${port}`, `dir ${folder}`, "daemonize no", ...lines].join("\n"));
  return started(spawn(program, [config], { stdio: ["ignore", "pipe", "pipe"] }), port, folder);
}

/** nginx with these blocks within `server`; `tls` adds certificate and key. `PORT` in them is the port. */
export async function startNginx(
  program: string,
  blocks: string,
  tls?: { readonly certificate: string; readonly key: string },
): Promise<LocalServer> {
  const folder = testFolder();
  for (const name of ["logs", "body", "root"]) mkdirSync(join(folder, name));
  const port = await freePort();
  const secure = tls === undefined ? "" : ` ssl; ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key}`;
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 256; }
http {
  access_log off; default_type application/json; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/body;
  fastcgi_temp_path ${folder}/body; uwsgi_temp_path ${folder}/body; scgi_temp_path ${folder}/body;
  server { listen 127.0.0.1:${port}${secure}; root ${folder}/root; ${blocks.replaceAll("PORT", String(port))} }
}`,
  );
  const child = spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf")], { stdio: ["ignore", "pipe", "pipe"] });
  return started(child, port, folder);
}

/** A server that takes connections and answers as told, or never. */
export async function startRaw(answer: (socket: Socket) => void): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    folder: "",
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

export interface TestCertificates {
  readonly folder: string;
  readonly ca: string;
  readonly good: { readonly certificate: string; readonly key: string };
  readonly expired: { readonly certificate: string; readonly key: string };
  readonly otherHost: { readonly certificate: string; readonly key: string };
}

/** A certificate authority of our own and what it issued. */
export function makeCertificates(program: string): TestCertificates {
  const folder = testFolder();
  const run = (command: string): void => {
    const { status, stderr } = spawnSync(program, command.split(" "), { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${command}: ${stderr}`);
  };
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
  run(`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=Authority -days 3650`);
  const policy = "[p]\ncommonName=supplied\n";
  const files = "database=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n";
  writeFileSync(
    join(folder, "ca.conf"),
    `[ca]\ndefault_ca=d\n[d]\n${files}policy=p\ncopy_extensions=copy\nunique_subject=no\n${policy}`,
  );
  writeFileSync(join(folder, "index.txt"), "");
  writeFileSync(join(folder, "serial"), "01\n");
  const issue = (name: string, host: string, from: string, to: string) => {
    run(`req -new ${key} -keyout ${name}.key -out ${name}.csr -subj /CN=${host} -addext subjectAltName=DNS:${host}`);
    run(
      `ca -config ca.conf -batch -notext -keyfile ca.key -cert ca.pem -in ${name}.csr -out ${name}.pem -startdate ${from} -enddate ${to}`,
    );
    return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  };
  return {
    folder,
    ca: join(folder, "ca.pem"),
    good: issue("good", "localhost", "20200101000000Z", "20491231000000Z"),
    expired: issue("expired", "localhost", "20200101000000Z", "20210101000000Z"),
    otherHost: issue("other", "other.example.org", "20200101000000Z", "20491231000000Z"),
  };
}
