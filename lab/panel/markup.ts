/** Text that is HTML already. */
export interface Markup {
  readonly html: string;
}

type Value = string | number | Markup | readonly (Markup | string)[];

/** HTML in which every value is escaped that is not HTML already. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const texts = parts.map((part, index) => part + (index < values.length ? shown(values[index] ?? "") : ""));
  return { html: texts.join("") };
}

function shown(value: Value): string {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "html" in value ? value.html : value.map(shown).join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A page without scripts or downloads, light and dark, readable at 390 px. */
export function page(title: string, body: Markup): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head><body><main>
${body.html}
</main></body></html>
`;
}

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--paper:#fff;--raised:#f6f8fa;--accent:#0b6e75;--on:#fff;--bad:#b42318;--good:#1a6b3c}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;--paper:#0d1117;--raised:#161b22;--accent:#4fc3c9;--on:#06282a;--bad:#ff9a8a;--good:#6fcf97}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:76rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.4rem;margin:0 0 .3rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}p{margin:.35rem 0}a{color:var(--accent)}
.quiet,small{color:var(--soft)}.bad{color:var(--bad)}.good{color:var(--good)}
code{font:.88em/1.45 ui-monospace,SFMono-Regular,Menlo,"Liberation Mono",monospace;background:var(--raised);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
button{font:inherit;font-weight:600;color:var(--on);background:var(--accent);border:0;border-radius:6px;padding:.35rem .8rem;cursor:pointer}
button.plain{background:var(--raised);color:var(--ink);border:1px solid var(--line)}
button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
input,select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:.35rem .5rem;max-width:100%}
ul.people{list-style:none;padding:0;margin:1rem 0;display:grid;gap:.5rem}
ul.people label{display:flex;gap:.7rem;align-items:center;border:1px solid var(--line);border-radius:8px;padding:.5rem .8rem;cursor:pointer}
.field{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.8rem 0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-size:.82rem;color:var(--soft);font-weight:600}
form.row{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
.faults{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:.7rem}
.fault{border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem;display:flex;flex-direction:column}.fault h3{font-size:1rem;margin:0}
.fault form{margin-top:auto;padding-top:.4rem}.fault select{flex:1 1 100%;min-width:0}.fault button{margin-left:auto}
time,td.word{white-space:nowrap}td code{white-space:nowrap}
@media (max-width:40rem){main{padding:1rem .75rem 3rem}td,th{display:block;border:0;padding:.1rem 0}th{display:none}td code{white-space:normal}tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}}
`;
