import type { LabCluster } from "../kubernetes/index.ts";

/** The Secret of a certificate that was issued just now. */
export interface IssuedSecret {
  readonly namespace: string;
  readonly name: string;
  /** PEM: the certificate, its key, and the issuer's certificate. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly notAfter: string;
}

export interface CertManagerOptions {
  readonly cluster: LabCluster;
  /** Holds the issuer's CA, so that clients who trust it still do after a restart. */
  readonly folder: string;
  /** RFC 3339; the cluster's when left out. */
  readonly now?: () => string;
  /** Between two looks at every Certificate; 0: only `tick()` looks. 1 000 when left out. */
  readonly everyMs?: number;
  /** Called after every issue, and once for each certificate that is there when this starts. */
  readonly onIssued?: (secret: IssuedSecret) => void;
}

/** cert-manager's Certificates in miniature: real keys and certificates of a CA of the lab's own. */
export interface CertManager {
  /** The issuer's certificate, PEM: what clients must trust. */
  readonly ca: string;
  tick(): void;
  /** Puts a certificate that ended an hour ago in its place; renewals fail until `mend`. */
  expire(namespace: string, name: string): void;
  /** Lets renewals succeed again: the next look issues. */
  mend(namespace: string, name: string): void;
  close(): Promise<void>;
}
