import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Wanted {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** The lab's CA as cert-manager's issuer: made once, then read from its folder. Certificates are made by openssl. */
export class Issuer {
  readonly #folder: string;
  readonly ca: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.#at("ca.crt"))) this.#makeCa();
    this.ca = readFileSync(this.#at("ca.crt"), "utf8");
  }

  issue(wanted: Wanted): Issued {
    const work = mkdtempSync(join(tmpdir(), "millwright-lab-issue-"));
    try {
      const names = [...wanted.dnsNames.map((name) => `DNS:${name}`), ...wanted.ipAddresses.map((ip) => `IP:${ip}`)];
      writeFileSync(join(work, "index.txt"), "");
      writeFileSync(join(work, "ca.cnf"), configuration(names));
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      const subject = ["-subj", `/CN=${wanted.commonName.slice(0, 64)}`];
      openssl(work, ["req", ...key, "-keyout", "tls.key", "-out", "tls.csr", ...subject]);
      const dates = ["-startdate", stampOf(wanted.from), "-enddate", stampOf(wanted.to)];
      const by = ["-cert", this.#at("ca.crt"), "-keyfile", this.#at("ca.key")];
      openssl(work, [
        "ca",
        "-batch",
        "-notext",
        "-config",
        "ca.cnf",
        ...by,
        "-in",
        "tls.csr",
        "-out",
        "tls.crt",
        ...dates,
      ]);
      return { cert: readFileSync(join(work, "tls.crt"), "utf8"), key: readFileSync(join(work, "tls.key"), "utf8") };
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }

  /** The key first: a folder with a certificate has both. */
  #makeCa(): void {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(this.#folder, [
      "req",
      "-x509",
      ...key,
      "-days",
      "3650",
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      "-subj",
      "/CN=Lab issuer",
    ]);
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }
}

/** `openssl ca` alone takes both dates in OpenSSL 3.0. */
function configuration(names: readonly string[]): string {
  return [
    "[ca]\ndefault_ca = lab",
    "[lab]\nnew_certs_dir = .\ndatabase = index.txt\nrand_serial = yes\nunique_subject = no\ndefault_md = sha256",
    "policy = named\nx509_extensions = extensions",
    "[named]\ncommonName = supplied",
    `[extensions]\nsubjectAltName = ${names.join(",")}\nextendedKeyUsage = serverAuth`,
    "",
  ].join("\n");
}

function openssl(cwd: string, args: readonly string[]): void {
  try {
    execFileSync("openssl", args, { cwd, stdio: "pipe" });
  } catch (cause) {
    const { stderr } = cause as { readonly stderr?: Buffer };
    throw new Error(`openssl ${args[0]} failed: ${stderr?.toString("utf8").trim() ?? String(cause)}`, { cause });
  }
}

/** `20261120090000Z`. */
function stampOf(date: Date): string {
  return `${date.toISOString().replaceAll(/[-:T]|\.\d+Z$/g, "")}Z`;
}

/** What a pair really is: its end, its names, and whether key and certificate belong together. Undefined for no certificate. */
export function readPair(
  cert: string | undefined,
  key: string | undefined,
): { readonly notAfter: string; readonly names: readonly string[] } | undefined {
  try {
    const read = new X509Certificate(cert ?? "");
    if (!read.checkPrivateKey(createPrivateKey(key ?? ""))) return undefined;
    const names = (read.subjectAltName ?? "").split(", ").map((name) => name.replace(/^(?:DNS|IP Address):/, ""));
    return { notAfter: rfc(new Date(read.validTo)), names: names.toSorted() };
  } catch {
    return undefined;
  }
}

export function rfc(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
