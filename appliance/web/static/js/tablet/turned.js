// The tablet turned to the visitor: three faces, three times, in the visitor's own language.
const turnedTo = byId("turned");
let asking = null;
let turnedTimer = 0;

function turn(number, lang) {
  asking = { number: number, said: [], words: S.turned[lang] || S.turned[Object.keys(S.turned)[0]], lang: lang };
  document.body.classList.add("away");
  turnedTo.hidden = false;
  byId("main").hidden = true;
  paintTurned();
}

function turnBack() {
  if (!asking) { return; }
  clearTimeout(turnedTimer);
  asking = null;
  lastDone = null;
  turnedTo.hidden = true;
  byId("main").hidden = false;
  document.body.classList.remove("away");
  paint();
  focusOn(["next", ""]);
}

function paintTurned() {
  const w = asking.words, n = asking.said.length;
  turnedTo.lang = S.turned[asking.lang] ? asking.lang : Object.keys(S.turned)[0];
  turnedTo.dir = w.dir;
  const over = n === w.ask.length;
  const body = over
    ? html`<h1 id="turned-title" tabindex="-1">${w.thanks}</h1><p>${w.nameless}</p>${button("turn-back", "", signed("check", W("ok")), "sm")}`
    : html`<p class="mute">${fill(w.step, { n: n + 1, all: w.ask.length })}</p><h1 id="turned-title" tabindex="-1">${w.ask[n]}</h1><div class="faces">${w.faces.map((word, level) => button("say", level, html`${ic("smile-" + level)}<span>${word}</span>`))}</div>${button("turn-back", "", signed("cross", w.skip), "sm")}`;
  put("turned-body", body);
  byId("turned-title").focus();
}

TAPS.rate = number => turn(number, lastDone && lastDone.number === number ? lastDone.lang : S.lang);
TAPS["turn-back"] = turnBack;
TAPS.say = level => {
  asking.said.push(+level);
  if (asking.said.length === asking.words.ask.length) {
    const [ease, friendly, confidence] = asking.said;
    act(asking.number, "feedback", { ease: ease, friendly: friendly, confidence: confidence });
    turnedTimer = setTimeout(turnBack, 6000);
  }
  paintTurned();
};
