const made = new Map<string, Intl.DateTimeFormat>();

/** A formatter, made once for what it is asked for: to make one takes many times as long as to use it, and a list asks for hundreds. */
export function dateFormat(locale: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(how)}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(locale, how);
  made.set(key, format);
  return format;
}
