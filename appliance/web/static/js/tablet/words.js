// Words, pictograms and markup that cannot be broken by what is in it.
const byId = id => document.getElementById(id);
const S = JSON.parse(byId("start").textContent);
const FLIPS = ["help", "course", "arrow", "chev", "transfer", "guide", "back", "undo"];

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, key) => (values && key in values ? values[key] : all));
}

const W = (key, values) => fill(S.words[key], values);

function N(key, n) {
  const forms = S.words[key];
  const index = +S.forms[n < 200 ? n : 100 + (n % 100)];
  return fill(forms[index] || forms[forms.length - 1], { n: n });
}

class Safe {
  constructor(text) { this.text = text; }
}

function esc(value) {
  if (value instanceof Safe) { return value.text; }
  if (Array.isArray(value)) { return value.map(esc).join(""); }
  if (value === null || value === undefined || value === false) { return ""; }
  return String(value).replace(/[&<>"']/g, c => "&#" + c.charCodeAt(0) + ";");
}

function html(parts, ...values) {
  return new Safe(parts.reduce((text, part, i) => text + esc(values[i - 1]) + part));
}

function ic(name, extra) {
  const flip = FLIPS.indexOf(name) < 0 ? "" : " flip";
  return html`<svg class="ic${flip} ${extra || ""}" aria-hidden="true"><use href="#i-${name}"/></svg>`;
}

const plate = number => html`<b class="no">${number}</b>`;

const call = (number, counter) => html`<span class="call${number.length > 2 ? " n" + number.length : ""}">${plate(number)}<span class="pt${counter > 9 ? " w" : ""}"><small>${W("counter")}</small> <b>${counter}</b></span></span>`;

const tag = lang => lang === "und" ? "" : html`<span class="tag" title="${S.languages[lang] || lang}">${lang.toUpperCase()}</span>`;

function button(what, arg, inside, extra, off) {
  return html`<button type="button" class="btn ${extra || ""}" data-do="${what}" data-arg="${arg}"${off ? new Safe(" disabled") : ""}>${inside}</button>`;
}

const signed = (icon, text) => html`${ic(icon)}<span>${text}</span>`;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: S.zone });

function clockText(at) {
  const parts = clock.format(at).split(":");
  return S.time.replace("{hour}", +parts[0]).replace("{minute:02}", parts[1]);
}

// Put markup in its place; what had the focus keeps it.
function put(id, markup) {
  const place = byId(id);
  const text = esc(markup);
  if (place.drawn === text) { return; }
  const focus = place.contains(document.activeElement) ? document.activeElement.dataset : null;
  const wanted = focus && focus.do ? [focus.do, focus.arg] : null;
  place.innerHTML = text;
  place.drawn = text;
  if (wanted) { focusOn(wanted, place); }
}

function focusOn(wanted, place) {
  const all = (place || document).querySelectorAll("[data-do]");
  const found = Array.from(all).find(b => b.dataset.do === wanted[0] && b.dataset.arg === wanted[1] && !b.disabled);
  if (found) { found.focus(); }
  return Boolean(found);
}
