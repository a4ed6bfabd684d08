// What each tap does.
let toastTimer = 0;

function toast(error) {
  put("toast", html`<p class="note row">${ic("warn")}<span>${error.message}</span>${button("hush", "", W("ok"), "sm end")}</p>`);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => put("toast", ""), 10000);
}

function act(number, verb, body) {
  return send("tickets/" + encodeURIComponent(number) + "/" + verb, body, verb + number).catch(toast);
}

function plain(verb) {
  return number => { closeSheet(); act(number, verb); };
}

function finish(number) {
  closeSheet();
  const body = {};
  if (number === visit.number) {
    ["topic", "outcome", "assist", "referral"].forEach(k => { if (visit[k]) { body[k] = visit[k]; } });
  }
  visit = { number: null };
  const at = mine();
  const lang = at && at.ticket.number === number ? at.ticket.lang : null;
  return act(number, "finish", body).then(t => {
    if (t && lang) { lastDone = { number: number, lang: lang }; paint(); }
  });
}

// Calling somebody ends the visit that is going on; what was chosen for it is sent first.
function keepChoices() {
  const at = mine();
  if (at && (visit.topic || visit.outcome || visit.assist)) { finish(at.ticket.number); }
}

function choose(group) {
  return code => {
    visit[group] = visit[group] === code ? undefined : code;
    if (visit.outcome !== "referred") { visit.referral = undefined; }
    if (group === "topic" && visit.topic) { visit.step = 2; }
    const sheeted = sheet;
    closeSheet();
    paint();
    if (sheeted || group === "topic") { focusOn(["topics-back", ""]) || focusOn([group, code]); }
  };
}

function holdUntil(at) {
  const number = sheet.arg;
  closeSheet();
  act(number, "hold", at ? { until: at.toISOString() } : {});
}

// Of the place's own clock, wherever the tablet thinks it is.
function minutesOf(time) {
  const parts = time.split(":");
  return +parts[0] * 60 + +parts[1];
}

function tally(measure, n) {
  closeSheet();
  send("tallies", { measure: measure, n: n }).catch(toast);
}

function shut(body) {
  closeSheet();
  send("session/close", body, "shut").catch(error => {
    if (error.code === "people-waiting") { openSheet("shut", error.message); } else { toast(error); }
  });
}

let helpersTimer = 0;
function helpers(step) {
  helpersWanted = Math.max(0, Math.min(99, helpersWanted + step));
  paint();
  if (snap.session !== "closed") {
    clearTimeout(helpersTimer);
    helpersTimer = setTimeout(() => send("session/helpers", { helpers: helpersWanted }).catch(toast), 800);
  }
}

function address(key, value) {
  const asked = new URLSearchParams(location.search);
  asked.set(key, value);
  return "?" + asked;
}

const TAPS = {
  close: closeSheet,
  clock: () => send("clock", { now: new Date().toISOString() }, "clock").catch(toast),
  hush: () => put("toast", ""),
  today: () => openSheet("today"),
  session: () => { helpersWanted = snap.helpers || 0; openSheet("session"); },
  counter: () => openSheet("counter"),
  person: number => openSheet("person", number),
  topics: () => openSheet("topics"),
  "topics-back": () => { visit.step = 1; paint(); focusOn(["topic", visit.topic]); },
  topic: choose("topic"),
  outcome: choose("outcome"),
  assist: choose("assist"),
  referral: choose("referral"),
  sit: n => {
    table = +n;
    history.replaceState(null, "", address("tafel", n));
    closeSheet();
  },
  lang: code => { location.search = address("lang", code); },
  next: () => {
    if (!table) { openSheet("counter"); return; }
    keepChoices();
    send("counters/" + table + "/call-next", {}, "next").then(t => {
      byId("say").textContent = W("with_you") + ": " + t.number;
    }, toast);
  },
  call: number => { closeSheet(); if (table) { keepChoices(); act(number, "call", { counter: table }); } else { openSheet("counter"); } },
  recall: plain("recall"),
  confirm: plain("confirm"),
  calm: number => { calmUntil[number] = minutesAt(mine()) + 15; paint(); },
  "help-ask": () => { send("counters/" + table + "/help", { on: true }).catch(toast); },
  "help-over": n => { send("counters/" + n + "/help", { on: false }).catch(toast); },
  "help-come": n => { send("counters/" + n + "/coming", { counter: table }).catch(toast); },
  "no-show": plain("no-show"),
  requeue: plain("requeue"),
  cancel: plain("cancel"),
  finish: finish,
  hold: number => openSheet("hold", number),
  "hold-for": m => holdUntil(+m ? new Date(serverNow() + m * 60000) : null),
  "hold-time": () => {
    const wanted = minutesOf(byId("until").value);
    if (isNaN(wanted)) { byId("until").focus(); return; }
    const now = new Date(serverNow());
    holdUntil(new Date(now.getTime() + (wanted - minutesOf(clock.format(now))) * 60000));
  },
  transfer: number => openSheet("transfer", number),
  "to-service": code => { const n = sheet.arg; closeSheet(); act(n, "transfer", { service: code }); },
  "to-counter": c => { const n = sheet.arg; closeSheet(); act(n, "transfer", { counter: +c }); },
  add: () => openSheet("add", Object.keys(S.languages)[0]),
  "add-lang": code => { sheet.arg = code; paint(); },
  "add-service": code => {
    const lang = sheet.arg;
    closeSheet();
    send("tickets", { service: code, lang: lang, source: "tablet" }).then(t => openSheet("added", t.number), toast);
  },
  tally: m => { if (m === "group") { openSheet("group"); } else { tally(m, 1); } },
  group: n => tally("group", +n),
  "group-many": () => { const n = +byId("many").value; if (n > 0) { tally("group", n); } else { byId("many").focus(); } },
  undo: id => { send("undo", { action: +id }, "undo" + id).catch(toast); },
  fewer: () => helpers(-1),
  more: () => helpers(1),
  open: () => {
    const where = document.querySelector("#where :checked");
    closeSheet();
    send("session/open", { helpers: helpersWanted, location: where ? where.value : undefined }, "open").catch(toast);
  },
  "news-read": ids => {
    document.cookie = "news=" + ids + ";path=/;max-age=5184000;samesite=strict";
    byId("news").remove();
  },
  shut: () => shut({}),
  "shut-last": () => shut({ last: true }),
  "shut-now": () => shut({ confirm: true })
};

document.addEventListener("click", event => {
  const target = event.target.closest("[data-do]");
  if (target && !target.disabled && TAPS[target.dataset.do]) {
    TAPS[target.dataset.do](target.dataset.arg);
  }
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) { renew(); } });

listen();
renew();
setInterval(tick, 1000);
if (!table) {
  const started = setInterval(() => {
    if (snap) { clearInterval(started); if (!table && !sheet) { openSheet("counter"); } }
  }, 100);
}
