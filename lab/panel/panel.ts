import type { Notice } from "../control.ts";
import type { Faults } from "../faults/faults.ts";
import { faults as known } from "../faults/index.ts";
import type { Lab } from "../lab.ts";
import { environmentNames } from "../platform.ts";
import { html, type Markup, page } from "./markup.ts";

export interface PanelParts {
  readonly lab: Lab;
  readonly faults: Faults;
  readonly notices: readonly Notice[];
  /** What came of the last button. */
  readonly said: string | undefined;
}

/** The lab on one page: where to go, who may log in, what can be broken, what happened. */
export function panelPage(parts: PanelParts): string {
  const { lab, said } = parts;
  return page(
    "The lab",
    html`<h1>The lab</h1>
      <p class="quiet">A miniature platform in three environments. Whatever is broken here is broken for nobody else.</p>
      <p><a href="${lab.controlPlane.url}">Console</a></p>
      ${said === undefined ? "" : html`<p role="status"><b>${said}</b></p>`}
      ${applied(parts)}
      <h2>Faults</h2><div class="faults">${known.map((fault) => faultForm(parts, fault))}</div>
      <h2>Logins</h2>${logins(parts)}
      <h2>Environments</h2>${environments(parts)}
      <h2>Messages to people</h2>${messages(parts)}
      <h2>What happened at the targets</h2>${ledger(parts)}`,
  );
}

function applied({ faults }: PanelParts): Markup {
  const rows = faults.applied().map(
    ({
      fault,
      target,
      seed,
      at,
    }) => html`<tr><td>${titleOf(fault)}</td><td><code>${target}</code></td><td class="word">seed ${seed}</td><td>${clock(at)}</td>
      <td><form method="post" action="/mend"><input type="hidden" name="id" value="${fault}"><input type="hidden" name="target" value="${target}"><button class="plain">Mend</button></form></td></tr>`,
  );
  return rows.length === 0
    ? html`<p class="good">Nothing is broken at the moment.</p>`
    : html`<h2>Broken now</h2><table>${rows}</table>`;
}

function titleOf(id: string): string {
  return known.find((fault) => fault.id === id)?.title ?? id;
}

function faultForm({ lab }: PanelParts, { id, title, really, targets }: (typeof known)[number]): Markup {
  const options = targets(lab).map((target) => html`<option>${target}</option>`);
  if (options.length === 0)
    return html`<div class="fault"><h3>${title}</h3><p class="quiet">There is nothing yet that it could be done to.</p></div>`;
  return html`<div class="fault"><h3>${title}</h3><p class="quiet">${really}</p>
    <form class="row" method="post" action="/faults"><input type="hidden" name="id" value="${id}">
    <select name="target" aria-label="Target of: ${title}">${options}</select>
    <label>seed <input name="seed" value="1" inputmode="numeric" size="5"></label><button>Do it</button></form>
    <p class="quiet"><code>./millwright lab fault apply ${id}</code></p></div>`;
}

function logins({ lab }: PanelParts): Markup {
  const rows = lab.accounts.map(
    ({ id, password, may }) =>
      html`<tr><td><code>${id}</code></td><td><code>${password}</code></td><td>${may}</td></tr>`,
  );
  return html`<table><tr><th>Name</th><th>Password</th><th>May</th></tr>${rows}</table>`;
}

function environments({ lab }: PanelParts): Markup {
  const rows = environmentNames.map((name) => {
    const { urls, gitlab, postgresql, cluster } = lab.environments[name];
    const database = postgresql.isUp() ? html`<span class="good">up</span>` : html`<span class="bad">down</span>`;
    return html`<tr><td class="word">${name}</td><td><a href="${urls.gitlab}">GitLab ${gitlab.version}</a></td><td><a href="${urls.hub}">SharingHub</a></td><td>cluster <code>${cluster.url}</code></td><td>database ${database}</td></tr>`;
  });
  return html`<table>${rows}</table><p class="quiet">The certificates are of the lab's own authority: a browser asks once.</p>`;
}

function messages({ notices }: PanelParts): Markup {
  const rows = notices.slice(0, 15).map(({ at, text }) => html`<tr><td>${clock(at)}</td><td>${text}</td></tr>`);
  return rows.length === 0 ? html`<p class="quiet">None yet.</p>` : html`<table>${rows}</table>`;
}

function ledger({ lab }: PanelParts): Markup {
  const rows = lab.ledger
    .entries()
    .slice(-40)
    .toReversed()
    .map(({ at, target, effect, detail = {} }) => {
      const words = Object.entries(detail)
        .map(([name, value]) => `${name} ${/^[0-9a-f]{40}$/.test(value) ? value.slice(0, 12) : value}`)
        .join(", ");
      return html`<tr><td>${clock(at)}</td><td><code>${target}</code></td><td class="word">${effect}</td><td class="quiet">${words}</td></tr>`;
    });
  return rows.length === 0 ? html`<p class="quiet">Nothing yet.</p>` : html`<table>${rows}</table>`;
}

function clock(at: string): Markup {
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`;
}
