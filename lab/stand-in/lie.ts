/** What a lie says to one request; `truth` gives what the stand-in itself would say. Undefined: the truth. */
export type Telling = (request: Request, truth: () => Promise<Response>) => Promise<Response | undefined>;

/** A wrong answer that looks like a right one, as real proxies, caches and misconfigurations give it. */
export interface Lie {
  readonly id: string;
  readonly title: string;
  /** The stand-in that tells it. */
  readonly system: "gitlab" | "sharinghub" | "mlflow";
  /** Where it is known from that such answers happen. */
  readonly source: string;
  /** What a careless reader sees. */
  readonly looksLike: string;
  /** The probe, and its subject, that must not say *healthy*. */
  readonly caughtBy: { readonly probe: string; readonly subject: string };
  /** What must be so for the lie to hide something. */
  readonly given?: "database-dead" | "gitlab-gone" | "upgraded";
  /** Anew for each planting, so that one with a memory begins empty. */
  tell(): Telling;
}
