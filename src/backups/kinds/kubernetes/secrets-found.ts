import type { KubeObject } from "../../../kernel/kube.ts";
import { isSealingKey, keyMisfit, secretData, unopened, wasOpened } from "./sealing.ts";

interface Told {
  readonly why: readonly string[];
  readonly notes: readonly string[];
  readonly secrets: number;
  readonly sealed: number;
}

/**
 * What a backup's Secrets do, one by one: first each is seen, and then each SealedSecret opened. Of what they hold the sealing keys alone
 * are kept. A Secret that was broken in the cluster already is told, and no fault of the backup; a SealedSecret that nothing opens is one.
 */
export class SecretsFound {
  /** SealedSecrets. */
  sealed = 0;
  #secrets = 0;
  readonly #keys: string[] = [];
  readonly #misfits: string[] = [];
  readonly #certificates: string[] = [];
  readonly #rails: string[] = [];
  readonly #closed: { readonly words: string; readonly wasOpened: boolean }[] = [];

  see(object: KubeObject): void {
    if (object.kind === "SealedSecret") this.sealed += 1;
    if (object.kind !== "Secret") return;
    this.#secrets += 1;
    const isKey = isSealingKey(object);
    if (isKey || object["type"] === "kubernetes.io/tls") {
      const misfit = keyMisfit(secretData(object));
      if (misfit !== undefined) (isKey ? this.#misfits : this.#certificates).push(told(object, misfit));
      else if (isKey) this.#keys.push(secretData(object)["tls.key"] ?? "");
    }
    if (/(?:^|-)rails-secret$/.test(object.metadata.name)) this.#rails.push(...railsLacks(object));
  }

  /** Of a SealedSecret, with the keys of all that were seen. */
  open(object: KubeObject): void {
    const items = unopened(object, this.#keys);
    if (items.length > 0)
      this.#closed.push({
        words: told(object, `is opened by no key that is here (${items.join(", ")})`),
        wasOpened: wasOpened(object),
      });
  }

  told(): Told {
    // Some were sealed for another cluster and never opened here: that is how it was. One that the controller opened must open again.
    const isAll = this.#closed.length === this.sealed;
    const lost = this.#closed.filter((one) => isAll || one.wasOpened);
    const never = this.#closed.filter((one) => !isAll && !one.wasOpened);
    return {
      why: [...this.#misfits, ...lost.map(({ words }) => words), ...this.#rails],
      notes: [...this.#certificates, ...never.map(({ words }) => words)],
      secrets: this.#secrets,
      sealed: this.sealed,
    };
  }
}

/** Without them the columns that GitLab encrypts never open again (docs.gitlab.com, "Back up GitLab", "Storing configuration files"). */
const railsKeys = ["secret_key_base", "db_key_base", "otp_key_base"];

function railsLacks(object: KubeObject): readonly string[] {
  const text = secretData(object)["secrets.yml"] ?? "";
  const lacking = railsKeys.filter((key) => !new RegExp(`^\\s+${key}:\\s*\\S+`, "m").test(text));
  return lacking.length === 0 ? [] : [told(object, `holds no ${lacking.join(", ")}`)];
}

function told({ kind, metadata }: KubeObject, words: string): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name} ${words}`;
}
