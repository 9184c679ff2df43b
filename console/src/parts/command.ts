/** Options of a verb from the fields of its call, `minSeverity` as `--min-severity`; one that is undefined is left out. */
type Options = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * A command line to be copied: command`millwright work plan ${id}${{ notBefore }}`. A text that is put in is one word of the
 * shell, whatever stands in it: it may come from an address that somebody was sent. An object is options.
 */
export function command(parts: TemplateStringsArray, ...given: readonly (string | number | Options)[]): string {
  return parts
    .map((part, index) => {
      const value = given[index];
      if (value === undefined) return part;
      return part + (typeof value === "object" ? optionsOf(value) : shellWord(String(value)));
    })
    .join("");
}

/** A text as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Options by themselves, with the space before them. */
export function optionsOf(fields: Options): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => {
      const option = ` --${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const values = Array.isArray(value) ? (value as readonly string[]) : value === undefined ? [] : [String(value)];
      return values.map((one) => `${option} ${shellWord(one)}`);
    })
    .join("");
}
