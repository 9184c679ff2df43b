/** Search parameters as flat texts, so that an address can be read, typed and put in a chat: `?state=open&severity=high`. */
export type SearchTexts = Readonly<Record<string, string>>;

export function parseSearch(search: string): SearchTexts {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Without what is empty or undefined; in the order given. */
export function searchText(values: Readonly<Record<string, string | undefined | null>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, value);
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
