/** A text as one word of a shell, for the command line that does the same. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Options of a verb from the fields of its call, `minSeverity` as `--min-severity`; one that is undefined is left out. */
export function shellOptions(
  fields: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => {
      const option = ` --${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const values = Array.isArray(value) ? (value as readonly string[]) : value === undefined ? [] : [String(value)];
      return values.map((one) => `${option} ${shellWord(one)}`);
    })
    .join("");
}
