/** Runs work, at most so many at a time in all and for one host. */
export interface Limits {
  run<T>(host: string, work: () => Promise<T>): Promise<T>;
}

/**
 * A host's own places are taken first, so that work for a host that hangs holds at most `perHost` of the common places and
 * the other hosts go on.
 */
export function createLimits(total: number, perHost: number): Limits {
  const common = createPlaces(total);
  const hosts = new Map<string, Places>();
  return {
    run: async (host, work) => {
      const own = hosts.get(host) ?? createPlaces(perHost);
      hosts.set(host, own);
      return own.take(() => common.take(work));
    },
  };
}

interface Places {
  take<T>(work: () => Promise<T>): Promise<T>;
}

function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take: async (work) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift(); // the place passes on without becoming free in between
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
