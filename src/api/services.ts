import type { ServiceKey, Services } from "../access/route.ts";

/** One thing that routes may ask for. */
export interface Provided {
  readonly name: string;
  readonly value: unknown;
}

export function provide<T>(key: ServiceKey<T>, value: T): Provided {
  return { name: key.name, value };
}

export function openServices(provided: readonly Provided[]): Services {
  const byName = new Map(provided.map(({ name, value }) => [name, value]));
  return {
    need<T>(key: ServiceKey<T>): T {
      if (!byName.has(key.name)) throw new Error(`nothing provides the service ${key.name}`);
      // The key under which it was provided carries the type.
      return byName.get(key.name) as T;
    },
  };
}
