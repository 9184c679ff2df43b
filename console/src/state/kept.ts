/** What this browser remembers between visits. One that keeps nothing, or refuses to, does without. */
export function readKept(name: string): string | undefined {
  try {
    return localStorage.getItem(`millwright-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`millwright-${name}`, value);
  } catch {
    // Private windows and full disks: the choice holds until the page is closed.
  }
}
