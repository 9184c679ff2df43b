import { isIP } from "node:net";
import { checkServerIdentity, connect, type DetailedPeerCertificate, type PeerCertificate } from "node:tls";
import { SystemError } from "../kernel/errors.ts";
import type { SeenCertificate, TlsAnswer, TlsInspector } from "../kernel/probe-ports.ts";

export interface TlsOptions {
  readonly timeoutMs: number;
  /** Certificates to trust instead of the machine's, PEM. */
  readonly ca?: string;
}

/** A chain is at most so long; a server that shows more is cut off. */
const maxChain = 10;

/**
 * Looks at certificates: every certificate is accepted for the handshake alone, and nothing is sent after it. Whether the
 * chain is trusted and the name right is part of the answer.
 */
export function openTls(options: TlsOptions): TlsInspector {
  return {
    inspect: ({ host, port }) =>
      new Promise((resolve, reject) => {
        const label = `${host}:${port}`;
        const socket = connect({
          host,
          port,
          rejectUnauthorized: false,
          // Without ALPN some ingress controllers show their default certificate only for other protocols.
          ALPNProtocols: ["http/1.1"],
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        });
        const end = (finish: () => void): void => {
          clearTimeout(timer);
          socket.destroy();
          finish();
        };
        const silent = `${label}: no TLS handshake within ${options.timeoutMs / 1000} s`;
        const timer = setTimeout(() => end(() => reject(new SystemError(silent, "retry"))), options.timeoutMs);
        socket.once("secureConnect", () => {
          const certificate = socket.getPeerCertificate(true);
          const identity = checkServerIdentity(host, certificate);
          const distrust = socket.authorized ? undefined : String(socket.authorizationError);
          end(() =>
            resolve({
              kind: "chain",
              protocol: socket.getProtocol() ?? "unknown",
              chain: chainOf(certificate),
              // A wrong name is told apart from a chain that nobody trusts.
              distrust: distrust?.includes("ALTNAME") === true ? undefined : distrust,
              wrongName: identity?.message,
            }),
          );
        });
        socket.on("error", (cause: NodeJS.ErrnoException) => end(() => settle(cause, label, resolve, reject)));
      }),
  };
}

function settle(
  cause: NodeJS.ErrnoException,
  label: string,
  resolve: (answer: TlsAnswer) => void,
  reject: (error: SystemError) => void,
): void {
  const code = cause.code ?? "";
  if (code.startsWith("ERR_SSL") || code === "EPROTO") resolve({ kind: "no-tls", why: `${label}: ${code}` });
  else reject(new SystemError(`${label}: ${cause.message}`, "retry", { cause }));
}

function chainOf(first: DetailedPeerCertificate): readonly SeenCertificate[] {
  const chain: SeenCertificate[] = [];
  const seen = new Set<string>();
  for (let here: DetailedPeerCertificate | undefined = first; here !== undefined && chain.length < maxChain; ) {
    if (here.fingerprint256 === undefined || seen.has(here.fingerprint256)) break;
    seen.add(here.fingerprint256);
    chain.push(certificateOf(here));
    here = here.issuerCertificate;
  }
  return chain;
}

function certificateOf(certificate: PeerCertificate): SeenCertificate {
  return {
    subject: named(certificate.subject),
    issuer: named(certificate.issuer),
    names: (certificate.subjectaltname ?? "").split(", ").filter((name) => name !== ""),
    notBefore: new Date(certificate.valid_from).toISOString(),
    notAfter: new Date(certificate.valid_to).toISOString(),
    fingerprint: certificate.fingerprint256,
  };
}

function named(parts: object): string {
  return Object.entries(parts)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join("+") : String(value)}`)
    .join(", ");
}
