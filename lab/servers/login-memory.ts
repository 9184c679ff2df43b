import type { Adapter, AdapterPayload } from "oidc-provider";

/**
 * What the login service keeps of its sessions and codes: in memory. Who was logged in to it logs in again after a restart;
 * sessions of the console are not among this.
 */
export class LoginMemory implements Adapter {
  static readonly #all = new Map<string, AdapterPayload>();
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    LoginMemory.#all.set(this.#key(id), payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = LoginMemory.#all.get(this.#key(id));
    return found?.exp !== undefined && found.exp * 1000 < Date.now() ? undefined : found;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#where((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#where((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const found = LoginMemory.#all.get(this.#key(id));
    if (found !== undefined) found.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    LoginMemory.#all.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of LoginMemory.#all) if (payload.grantId === grantId) LoginMemory.#all.delete(key);
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  #where(is: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    const prefix = this.#key("");
    return [...LoginMemory.#all].find(([key, payload]) => key.startsWith(prefix) && is(payload))?.[1];
  }
}
