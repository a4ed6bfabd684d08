// The desk as it stands.
let table = S.counter;
let visit = { number: null };
let helpersWanted = 0;
let lastDone = null;
let calmUntil = {};
let keysOn = new URLSearchParams(location.search).get("toetsen") !== "uit";

const OUTCOMES = ["solved", "partly", "referred", "comeback"];
const ASSISTS = ["self", "together", "for"];

function mine() {
  const at = snap && snap.counters.find(c => c.counter === table);
  return at && at.ticket ? at : null;
}

const nextUp = () => snap.waiting.find(t => !t.wanted || t.wanted === table);

function find(number) {
  const seated = snap.counters.map(c => c.ticket).filter(Boolean);
  return snap.waiting.concat(snap.held, seated).find(t => t.number === number);
}

function minutesQuiet(view) {
  return typeof view.quiet === "number" ? view.quiet + since() : minutesAt(view);
}

const since = () => Math.floor((Date.now() - snapAt) / 60000);

function minutesAt(view) {
  if (typeof view.minutes === "number") { return view.minutes + since(); }
  return view.since ? Math.max(0, Math.floor((serverNow() - Date.parse(view.since)) / 60000)) : 0;
}

function waitedText(ticket) {
  if (ticket.waited === null || ticket.waited === undefined) { return ""; }
  const n = ticket.waited + since();
  const text = html`<b>${W("min", { n: n })}</b>`;
  return n < 30 ? html`<span class="end">${text}</span>`
    : html`<span class="end late">${ic("clock")}<span class="vh">${W("late")}</span> ${text}</span>`;
}

function row(ticket, first) {
  const held = ticket.state === "held";
  const note = held ? (ticket.until ? W("hold_until", { time: clockText(new Date(ticket.until)) }) : W("on_hold"))
    : ticket.wanted ? W("for_counter", { counter: ticket.wanted }) : first ? ticket.why : "";
  const middle = html`${plate(ticket.number)}${tag(ticket.lang)}${ic(ticket.service)}<span class="vh">${S.services[ticket.service]}</span>`;
  const end = held ? html`<span class="end">${ic("hold")}</span>` : waitedText(ticket);
  const line = note ? html`<span class="why">${note}</span>` : "";
  return html`<li><button type="button" class="who${first ? " first" : ""}" data-do="person" data-arg="${ticket.number}"><span class="row">${middle}${end}</span>${line}</button></li>`;
}

function paint() {
  put("clock", clockText(new Date(serverNow())));
  paintBanner();
  if (!snap) { return; }
  paintHead();
  const shut = snap.session === "closed";
  byId("main").className = shut ? "desk shut" : "desk";
  const at = mine();
  if (visit.number !== (at && at.ticket.number)) { visit = { number: at && at.ticket.number }; }
  if (at && lastDone && at.ticket.number !== lastDone.number) { lastDone = null; }
  put("count", shut ? W("closed_title") : snap.waiting.length ? N("waiting", snap.waiting.length) : W("nobody"));
  const first = nextUp();
  put("list", shut ? "" : html`${snap.waiting.map(t => row(t, t === first))}${snap.held.map(t => row(t, false))}${others()}`);
  put("left", shut ? shutButtons() : openButtons(at, first));
  const news = byId("news");
  if (news) { news.hidden = !!at; }
  put("now", shut ? "" : nowCard(at));
  put("topics", at ? topicsBlock() : "");
  put("tallies", shut ? "" : talliesBlock());
  put("log", logRows(log.filter(a => a.undoable && !a.undone && a.own).slice(at ? -2 : -4).reverse()));
  document.title = S.place + ": " + byId("count").textContent;
  paintSheet();
}

function paintBanner() {
  const notes = [];
  const kept = outbox.length ? " " + N("kept", outbox.length) : "";
  if (offline) { notes.push(html`<p class="note">${ic("off")} ${W("offline")}${kept}</p>`); }
  ((snap && snap.conditions) || []).forEach(c => notes.push(html`<p class="note">${ic("warn")} ${c.sentence} ${c.name === "clock-untrusted" ? html`<button type="button" class="btn sm" data-do="clock">${W("clock_right", { time: clock.format(new Date()) })}</button>` : ""}</p>`));
  callsForHelp().forEach(note => notes.push(note));
  put("banner", notes);
}

// Who asks for a colleague: everybody sees it, one says "I am coming".
function callsForHelp() {
  return ((snap && snap.help) || []).map(call => {
    const mine = call.counter === table;
    const text = mine
      ? call.coming ? W("help_comes", { counter: call.coming }) : W("help_asked")
      : call.coming === table ? W("help_you_go", { counter: call.counter })
      : call.coming ? W("help_other_goes", { counter: call.counter, other: call.coming }) : W("help_wanted", { counter: call.counter });
    const answer = mine || call.coming === table ? button("help-over", call.counter, signed("check", W("help_over")), "sm end")
      : call.coming || !table ? "" : button("help-come", call.counter, signed("arrow", W("help_come")), "sm end");
    return html`<p class="note${mine || call.coming ? " calm" : ""} row">${ic("sos")}<span>${text}</span>${answer}</p>`;
  });
}

// A visit that may have been forgotten is asked about; a long one with many waiting gets a word.
function gentleWord(at) {
  const t = at.ticket, long = minutesAt(at), waiting = snap.waiting.length;
  if (S.stillThere && minutesQuiet(at) >= S.stillThere) {
    return html`<div class="ask" role="status"><p><b>${W("still_there", { number: t.number })}</b><br><span class="mute">${N("minutes", long)}</span></p><div class="row">${button("confirm", t.number, signed("check", W("still_yes")), "sm", busy("confirm" + t.number))}${button("finish", t.number, signed("door", W("still_no")), "sm", busy("finish" + t.number))}</div></div>`;
  }
  const calm = calmUntil[t.number] || S.nudge[0];
  if (S.nudge[0] && S.unhurried.indexOf(t.service) < 0 && long >= calm && waiting >= S.nudge[1]) {
    return html`<div class="ask" role="status"><p>${ic("clock")} <b>${N("minutes", long)}, ${N("waiting", waiting)}.</b><br><span class="mute">${W("nudge")}</span></p><div class="row">${button("calm", t.number, W("nudge_ok"), "sm")}</div></div>`;
  }
  return "";
}

function paintHead() {
  const state = W(snap.session);
  put("who", html`<button type="button" class="disc" data-do="counter" data-arg="" aria-label="${W("counter_n", { counter: table || "?" })}. ${W("other_counter")}"><span class="pt">${table || "?"}</span></button><p><b>${S.place}</b><br><small>${state}${snap.session === "closed" ? "" : " · " + N("helpers", snap.helpers || 0)}</small></p>`);
}

function others() {
  const rest = snap.counters.filter(c => c.ticket && c.counter !== table);
  if (!rest.length) { return ""; }
  return html`<li class="rest"><h2>${W("at_others")}</h2><ul>${rest.map(c => html`<li><button type="button" class="who" data-do="person" data-arg="${c.ticket.number}"><span class="row">${call(c.ticket.number, c.counter)}${tag(c.ticket.lang)}<span class="end">${W("min", { n: minutesAt(c) })}</span></span></button></li>`)}</ul></li>`;
}

function openButtons(at, first) {
  const hint = !table ? W("which_counter") : !first ? W("nobody") : W("comes", { number: first.number }) + (at ? " " + W("then_done", { number: at.ticket.number }) : "");
  const off = table && (!first || busy("next"));
  return html`${button("add", "", signed("plus", W("add")), "", snap.session !== "open")}${button("next", "", html`<span class="big">${ic("arrow")} ${W("next")}</span><small>${hint}</small>`, "go next", off)}`;
}

function shutButtons() {
  const at = snap.next_opening ? new Date(snap.next_opening) : null;
  const when = at ? html`<p class="mute">${W("next_opening", { date: at.toLocaleDateString(S.lang + "-u-nu-latn", { weekday: "long", day: "numeric", month: "long", timeZone: S.zone }) + " " + clockText(at) })}</p>` : "";
  if (!helpersWanted) { helpersWanted = snap.helpers || 1; }
  return html`${when}<h2>${W("helpers_here")}</h2>${stepper()}${button("open", "", html`<span class="big">${ic("door")} ${W("open_now")}</span>`, "go next", busy("open"))}`;
}

function stepper() {
  return html`<div class="row step" role="group" aria-label="${W("helpers_here")}"><button type="button" class="btn sm" data-do="fewer" data-arg="" aria-label="${W("one_less")}">${ic("minus", "solo")}</button><b aria-live="polite">${N("helpers", helpersWanted)}</b><button type="button" class="btn sm end" data-do="more" data-arg="" aria-label="${W("one_more")}">${ic("plus", "solo")}</button></div>`;
}

function nowCard(at) {
  if (!at) {
    const rate = lastDone ? html`<div class="card row done">${plate(lastDone.number)}<p><b>${W("rate_title")}</b><br><span class="mute">${W("rate_hint")}</span></p>${button("rate", lastDone.number, html`${ic("smile-2")}<span>${W("rate")}</span>`, "sm end")}</div>` : "";
    return html`${rate}<div class="card free">${ic("person")}<p><b>${W("free")}</b><br><span class="mute">${W("free_hint")}</span></p></div>`;
  }
  const t = at.ticket;
  const act = (what, icon, extra, off) => button(what, t.number, signed(icon, W(what)), "stack " + (extra || ""), off || busy(what + t.number));
  const called = t.state === "called";
  const asked = (snap.help || []).some(c => c.counter === table);
  return html`<div class="card col">${gentleWord(at)}<div class="row now">${call(t.number, table)}<p><b>${W("with_you")}</b> · ${N("minutes", minutesAt(at))}<br>${ic(t.service)} ${S.services[t.service]} ${tag(t.lang)}</p>${asked ? "" : button("help-ask", "", signed("sos", W("help_ask")), "sm end")}</div><div class="g">${act("recall", "bell", "", !called)}${act("no-show", "away", "", !called)}${act("hold", "hold")}${act("transfer", "transfer")}${act("finish", "check", "strong")}</div></div>`;
}

function chip(group, code, text, icon) {
  const on = visit[group] === code;
  const inside = icon ? html`${ic(icon, "solo")}<span class="vh">${text}</span>` : text;
  return html`<button type="button" class="btn chip" data-do="${group}" data-arg="${code}" aria-pressed="${on}">${inside}${on ? html`<span class="pt">${ic("check")}</span>` : ""}</button>`;
}

function topicChip(topic) {
  return chip("topic", topic[0], topic[1], topic[2] ? topic[0] : null);
}

function topicsBlock() {
  if (visit.step === 2) {
    const chosen = S.topics.find(t => t[0] === visit.topic);
    const name = !chosen ? W("about") : chosen[2] ? html`${ic(chosen[0], "solo")}<span class="vh">${chosen[1]}</span>` : chosen[1];
    return html`<h2>${W("how")} <small class="mute">${W("may_be_empty")}</small></h2><div class="g g4" role="group" aria-label="${W("how")}">${OUTCOMES.map(o => chip("outcome", o, W(o)))}</div><div class="g g4" role="group" aria-label="${W("who_did")}">${ASSISTS.map(a => chip("assist", a, W(a)))}${button("topics-back", "", html`${ic("back")}<span>${name}</span>`, "chip")}</div>${visit.outcome === "referred" ? html`<h2>${W("where_to")} <small class="mute">${W("may_be_empty")}</small></h2><div class="g g4" role="group" aria-label="${W("where_to")}">${S.referrals.map(r => chip("referral", r[0], r[1]))}</div>` : ""}`;
  }
  const shown = S.near.map(code => S.topics.find(t => t[0] === code));
  return html`<h2>${W("about")} <small class="mute">${W("may_be_empty")}</small></h2><div class="g" role="group" aria-label="${W("about")}">${shown.map(topicChip)}${button("topics", "", html`${W("more")} …`, "chip")}</div>`;
}

function talliesBlock() {
  const counts = snap.tallies || {};
  return html`<h2 class="vh">${W("tallies")}</h2><div class="g">${S.measures.map(m => button("tally", m, html`${ic(m)}<b>${counts[m] || 0}</b><small>${W("t_" + m)}</small>`, "tally"))}</div>`;
}

function logRows(actions) {
  return html`<ol>${actions.map(a => html`<li class="row${a.undone ? " undone" : ""}"><time class="mute">${clockText(new Date(a.at))}</time><span>${new Safe(esc(a.text).replace(/(\b[A-Z]\d{1,3}\b|\+\d+)/g, '<b dir="ltr">$1</b>'))}</span>${a.undone ? html`<span class="mute end">${W("undone")}</span>` : a.undoable ? button("undo", a.id, signed("undo", W("undo")), "sm end", busy("undo" + a.id)) : ""}</li>`)}</ol>`;
}
