/** A running piece of the lab. It can be started again on the same port and data after it was killed. */
export interface Part {
  readonly name: string;
  readonly url?: string;
  close(): Promise<void>;
}
