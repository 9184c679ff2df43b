interface Asked {
  readonly path?: unknown;
  readonly query?: unknown;
}

/**
 * Whether two reads of a route ask for the same thing, filtered otherwise: then the one may stay on screen while the other is on its
 * way. What is of another run, or of another environment, must not stand under this one's name.
 */
export function isSameThing(one: Asked, other: Asked): boolean {
  return nameOf(one) === nameOf(other);
}

function nameOf({ path, query }: Asked): string {
  return JSON.stringify([path, (query as { readonly environment?: unknown } | undefined)?.environment]);
}
