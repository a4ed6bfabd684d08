// After some minutes without a tap a curtain falls; once nothing is kept any more the device is
// signed out behind it, so that another window shows nothing either.
const curtain = byId("lock");
const lockPin = byId("lock-pin");
let tappedAt = Date.now();
let locked = false;
let out = false;

function lock() {
  if (locked) { return; }
  locked = true;
  closeSheet();
  turnBack();
  document.body.classList.add("locked");
  curtain.hidden = false;
  byId("main").hidden = true;
  byId("lock-trouble").hidden = true;
  (curtain.dataset.paired ? byId("lock-open") : lockPin).focus();
}

function askPin() {
  delete curtain.dataset.paired;
  byId("lock-ask").hidden = false;
  lockPin.required = true;
}

function unlock() {
  locked = out = false;
  tappedAt = heard = Date.now();
  lockPin.value = "";
  curtain.hidden = true;
  byId("main").hidden = false;
  document.body.classList.remove("locked");
  listen();
  renew();
  pump();
}

// The shift is over, or the device was revoked: taps that were kept must not get lost.
function expire() {
  if (locked) { out = true; } else if (outbox.length) { out = true; lock(); } else { location.reload(); }
}

function signOut() {
  out = true;
  if (source) { source.close(); }
  request("DELETE", "session").catch(() => { out = false; });
}

function lockTrouble(text) {
  byId("lock-trouble").hidden = false;
  byId("lock-trouble").textContent = text;
}

byId("lock-form").addEventListener("submit", event => {
  event.preventDefault();
  const paired = Boolean(curtain.dataset.paired);
  if (paired && !out) { unlock(); return; }
  const body = paired ? {} : { pin: lockPin.value };
  request("POST", "session", JSON.stringify(body), newKey()).then(answer => {
    if (answer.ok) {
      document.querySelector("[name=csrf]").value = answer.json.csrf;
      unlock();
    } else {
      if (paired) { askPin(); }
      lockPin.value = "";
      lockTrouble(answer.json && answer.json.error ? answer.json.error.message : W("no_answer"));
      lockPin.focus();
    }
  }, () => lockTrouble(curtain.dataset.offline));
});

["pointerdown", "keydown"].forEach(kind => document.addEventListener(kind, event => {
  if (!locked) { tappedAt = Date.now(); } else if (!curtain.contains(event.target)) { event.stopImmediatePropagation(); }
}, true));

setInterval(() => {
  if (S.lock && !locked && Date.now() - tappedAt >= S.lock * 60000) { lock(); }
  if (locked && !out && !outbox.length && !offline) { signOut(); }
  if (out) { heard = Date.now(); }
}, 1000);
