import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A CA of our own, made by openssl: a server certificate for 127.0.0.1 and localhost, and client certificates. */
export class Authority {
  readonly #folder: string;
  readonly cert: string;
  readonly key: string;

  /** `kept` is the CA of an earlier life. */
  constructor(kept?: KeyPair) {
    this.#folder = mkdtempSync(join(tmpdir(), "millwright-lab-ca-"));
    if (kept !== undefined) {
      writeFileSync(join(this.#folder, "ca.crt"), kept.cert);
      writeFileSync(join(this.#folder, "ca.key"), kept.key, { mode: 0o600 });
      this.cert = kept.cert;
      this.key = kept.key;
      return;
    }
    this.#openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -keyout ca.key -out ca.crt",
      "/CN=lab-ca",
    );
    this.cert = readFileSync(join(this.#folder, "ca.crt"), "utf8");
    this.key = readFileSync(join(this.#folder, "ca.key"), "utf8");
  }

  server(): KeyPair {
    return this.#issue("server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1,DNS:localhost");
  }

  /** Kubernetes reads the user from CN and the groups from O. */
  client(user: string, group: string): KeyPair {
    return this.#issue("client", `/O=${group}/CN=${user}`, "extendedKeyUsage=clientAuth");
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #issue(name: string, subject: string, extension: string): KeyPair {
    writeFileSync(join(this.#folder, `${name}.ext`), extension);
    this.#openssl(
      `req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${name}.key -out ${name}.csr`,
      subject,
    );
    this.#openssl(
      `x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile ${name}.ext -out ${name}.crt`,
    );
    const read = (file: string): string => readFileSync(join(this.#folder, file), "utf8");
    return { cert: read(`${name}.crt`), key: read(`${name}.key`) };
  }

  #openssl(line: string, subject?: string): void {
    const args = [...line.split(" "), ...(subject === undefined ? [] : ["-subj", subject])];
    execFileSync("openssl", args, { cwd: this.#folder, stdio: "pipe" });
  }
}
