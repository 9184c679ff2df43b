/** What makes it worth looking at the scalars of a text one by one. */
const HINT = /[$]|\{[{%]|<[<%]|\[\[/;

/**
 * Template expressions as they stand inside scalars: `{{ x }}`, `{% x %}`, `<% x %>`, `[[ .x ]]`, `<< x >>`, `${x}`,
 * `$(x)`, `$NAME`, and `$name` after a separator. `$values/…` at the start is Argo CD's reference to another source
 * and `$` at the end belongs to regular expressions: neither is one. Lengths are bounded so that openers without an end
 * cost little.
 */
const EXPRESSION =
  /\{\{[^]{0,300}?\}\}|\{%[^]{0,300}?%\}|<%[^]{0,300}?%>|\[\[-? *[.$][^]{0,300}?\]\]|<< *[\w.-]+ *>>|\$\{[^}]{0,300}\}|\$\([A-Za-z_][\w.-]*\)|\$[A-Z_][A-Z0-9_]*(?!\w)|(?<=[:/@.,_-])\$[A-Za-z_]\w*/;

/** False when no scalar of the text can hold an expression. */
export function mayHoldExpression(text: string): boolean {
  return HINT.test(text);
}

/** Whether some part of a scalar's text is filled in by a template. */
export function holdsExpression(text: string): boolean {
  return HINT.test(text) && EXPRESSION.test(text);
}
