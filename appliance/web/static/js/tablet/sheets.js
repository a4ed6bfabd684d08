// Questions over the desk: one at a time, by touch or by keyboard.
let sheet = null;
let opener = null;
const box = byId("sheet");

function openSheet(name, arg) {
  if (!sheet && document.activeElement && document.activeElement.dataset) {
    const data = document.activeElement.dataset;
    opener = data.do ? [data.do, data.arg] : null;
  }
  sheet = { name: name, arg: arg };
  paintSheet();
  box.setAttribute("aria-labelledby", "sheet-title");
  if (box.showModal) {
    if (!box.open) { box.showModal(); }
  } else {
    box.setAttribute("open", "");
    byId("main").setAttribute("aria-hidden", "true");
  }
  const first = box.querySelector("[data-first]") || box.querySelector("button:not([disabled])");
  if (first) { first.focus(); }
}

function closeSheet() {
  if (!sheet) { return; }
  sheet = null;
  if (box.close) {
    if (box.open) { box.close(); }
  } else {
    box.removeAttribute("open");
    byId("main").removeAttribute("aria-hidden");
  }
  if (opener) { focusOn(opener); }
  opener = null;
}

function paintSheet() {
  if (!sheet || !snap) { return; }
  const [title, body] = SHEETS[sheet.name](sheet.arg);
  put("sheet-body", html`<div class="row sheet-head"><h2 id="sheet-title" class="h1">${title}</h2>${button("close", "", signed("cross", W("close")), "sm end")}</div><div class="col">${body}</div>`);
}

box.addEventListener("cancel", event => { event.preventDefault(); closeSheet(); });
box.addEventListener("keydown", event => {
  if (event.key === "Escape") { event.preventDefault(); closeSheet(); }
  if (event.key !== "Tab" || box.showModal) { return; }
  const all = box.querySelectorAll("button:not([disabled]),input");
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement === edge) {
    event.preventDefault();
    all[event.shiftKey ? all.length - 1 : 0].focus();
  }
});

const languages = (what, chosen) => html`<h3>${W("add_lang")}</h3><div class="row wrap" role="group" aria-label="${W("add_lang")}">${Object.keys(S.languages).map(code => html`<button type="button" class="btn sm chip" data-do="${what}" data-arg="${code}" aria-pressed="${code === chosen}">${tag(code)}&nbsp; <span lang="${code}">${S.languages[code]}</span>${code === chosen ? html`<span class="pt">${ic("check")}</span>` : ""}</button>`)}</div>`;

const discs = (what, skip) => {
  const all = [];
  for (let n = 1; n <= S.counters; n += 1) {
    if (n !== skip) { all.push(html`<button type="button" class="btn disc-choice" data-do="${what}" data-arg="${n}"><span class="pt"><small>${W("counter")}</small> <b>${n}</b></span></button>`); }
  }
  return html`<div class="row wrap">${all}</div>`;
};

const services = (what, skip) => html`<div class="g g2">${S.tickets.filter(code => code !== skip).map(code => button(what, code, html`<span class="pic">${ic(code)}</span><span>${S.services[code]}</span>`, "tile"))}</div>`;

function person(number) {
  const t = find(number);
  if (!t) { return [number, html`<p>${W("nobody")}</p>`]; }
  const act = (what, icon, extra) => button(what, number, signed(icon, W(what)), extra);
  const seated = t.state === "called" || t.state === "serving";
  return [W("choose", { number: number }), html`<div class="row now">${plate(number)}${tag(t.lang)}<p>${ic(t.service)} ${S.services[t.service]}<br><span class="mute">${t.why}</span></p></div><div class="g g2">${seated ? "" : act("call", "bell", "strong")}${t.state === "called" ? act("recall", "bell") : ""}${t.state === "called" ? act("no-show", "away") : ""}${t.state === "waiting" ? "" : act("requeue", "back")}${t.state === "held" ? "" : act("hold", "hold")}${act("transfer", "transfer")}${seated ? act("finish", "check") : ""}${t.state === "serving" ? "" : act("cancel", "cross")}</div>`];
}

const SHEETS = {
  counter: () => [W("which_counter"), discs("sit", null)],
  person: person,
  topics: () => [W("about"), html`<div class="g">${S.topics.map(t => chip("topic", t[0], t[1], t[2] ? t[0] : null))}</div>`],
  hold: number => [W("hold_title", { number: number }), html`<div class="g g2">${["15", "30", "60"].map(m => button("hold-for", m, signed("clock", W("m" + m))))}${button("hold-for", "0", signed("hold", W("until_called")))}</div><label for="until"><b>${W("until_time")}</b></label><div class="row"><input type="time" id="until" class="field">${button("hold-time", "", signed("check", W("set")), "sm")}</div>`],
  transfer: number => {
    const t = find(number);
    return [W("transfer_title", { number: number }), html`<h3>${W("to_service")}</h3>${services("to-service", t && t.service)}<h3>${W("to_counter")}</h3>${discs("to-counter", t && t.counter)}`];
  },
  add: lang => [W("add"), html`${languages("add-lang", lang)}<h3>${W("add_for")}</h3>${services("add-service", null)}`],
  added: number => [W("given"), html`<p class="mid huge"><span class="call">${plate(number)}<span class="pt wait"></span></span></p>${button("close", "ok", signed("check", W("ok")), "strong")}`],
  group: () => [W("group_title"), html`<div class="g">${[2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20].map(n => button("group", n, html`<b>+${n}</b>`))}</div><label for="many"><b>${W("group_other")}</b></label><div class="row"><input type="number" id="many" class="field" min="1" max="500" inputmode="numeric">${button("group-many", "", signed("check", W("count_them")), "sm")}</div>`],
  today: () => {
    const score = snap.score || {};
    const kept = score.promised ? html`<li>${W("kept_today")} <b dir="ltr">${score.kept}/${score.promised}</b></li>` : "";
    return [W("today"), html`<ul class="row wrap figures"><li>${W("helped_today")} <b>${snap.finished || 0}</b></li><li>${W("left_today")} <b>${snap.left || 0}</b></li>${kept}</ul><div class="q">${log.length ? logRows(log.slice().reverse()) : html`<p>${W("nothing_yet")}</p>`}</div>`];
  },
  session: () => [W(snap.session), html`${snap.session === "closed" ? "" : html`<h3>${W("helpers_here")}</h3>${stepper()}`}<div class="g g2">${button("counter", "", signed("person", W("other_counter")))}${snap.session === "closed" ? button("open", "", signed("door", W("open_now")), "strong") : button("shut", "", signed("door", W("close_now")))}</div>${languages("lang", S.lang)}<div class="g g2"><a class="btn" href="/eerste-dag?lang=${S.lang}">${signed("first", W("first_day"))}</a><a class="btn" href="/wegwijs?lang=${S.lang}">${signed("guide", W("guide"))}</a>${S.lead ? html`<a class="btn" href="/lead?lang=${S.lang}">${signed("home", W("this_place"))}</a><a class="btn" href="/devices">${signed("pc", W("devices"))}</a>` : ""}</div>${S.shortcuts.length ? html`<button type="button" class="btn" data-do="keys" data-arg="" aria-pressed="${keysOn}">${signed(keysOn ? "check" : "cross", W(keysOn ? "keys_on" : "keys_off"))}</button>${keysOn ? html`<p class="mute">${Object.keys(KEYS).filter(key => S.shortcuts.indexOf(KEYS[key]) >= 0).map(key => key.toUpperCase() + " " + W(KEYS[key])).join(", ")}</p>` : ""}` : ""}`],
  shut: sentence => [W("close_now"), html`<p><b>${sentence}</b></p><p class="mute">${W("close_hint")}</p>${button("close", "wait", signed("hold", W("keep_open")), "strong")}${snap.session === "open" ? button("shut-last", "", signed("door", W("last_numbers"))) : ""}${button("shut-now", "", signed("cross", W("close_anyway")), "stop")}`]
};
