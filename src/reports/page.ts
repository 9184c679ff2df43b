import { escapeXml } from "./markup.ts";

/** A self-contained page: no script, no download, light and dark, readable at 390 px and on paper. `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--paper:#fff;--raised:#f6f8fa;--accent:#0b6e75;
--critical:#a40e26;--high:#b42318;--medium:#8a5a00;--low:#2f5d8a;--good:#1a6b3c}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;--paper:#0d1117;--raised:#161b22;--accent:#4fc3c9;
--critical:#ff8080;--high:#ff9a8a;--medium:#e3b341;--low:#8cb8e8;--good:#6fcf97}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:76rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .35rem}
h1 code{font-size:.8em}p{margin:.35rem 0}a{color:var(--accent)}.soft{color:var(--soft)}
code,.code{font:.88em/1.45 ui-monospace,SFMono-Regular,Menlo,"Liberation Mono",monospace;background:var(--raised);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
.cards{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0;padding:0;list-style:none}
.cards li{border:1px solid var(--line);border-radius:8px;padding:.5rem .9rem;min-width:7rem}
.cards b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
.item{border:1px solid var(--line);border-left:4px solid var(--mark,var(--line));border-radius:6px;padding:.6rem .9rem;margin:.6rem 0}
.item header{display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:baseline}
.item .id{margin-left:auto}
.mark{color:var(--mark);font-weight:600;text-transform:uppercase;font-size:.78rem;letter-spacing:.04em}
.critical{--mark:var(--critical)}.high{--mark:var(--high)}.medium{--mark:var(--medium)}.low{--mark:var(--low)}.good{--mark:var(--good)}.open{--mark:var(--medium)}.absent{--mark:var(--soft)}
.item,td{overflow-wrap:anywhere}.date{white-space:nowrap}.scroll{overflow-x:auto}.scroll td{overflow-wrap:normal}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
th{font-size:.82rem;color:var(--soft);font-weight:600;white-space:nowrap}
details{margin:.75rem 0}summary{cursor:pointer}details p{columns:16rem;margin:.5rem 0}details a{display:block}
ol.first{padding-left:1.4rem}ol.first li{margin:.3rem 0}
@media print{body{background:#fff;color:#000}.item{break-inside:avoid}}
@media (max-width:40rem){main{padding:1rem .75rem 3rem}.item .id{margin-left:0}table.stack thead{display:none}table.stack td{display:block;border:0;padding:.15rem .2rem}table.stack tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}}
`;
