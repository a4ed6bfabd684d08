// What the box says, and taps that are kept until the box has them.
let snap = null;
let snapAt = 0;
let log = [];
let logOf = null;
let heard = Date.now();
let offline = false;
let source = null;
const outbox = [];
let pumping = false;

function serverNow() {
  return snap && snap.at ? Date.parse(snap.at) + Date.now() - snapAt : Date.now();
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes).map(b => ("0" + b.toString(16)).slice(-2)).join("");
}

function request(method, path, body, key) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["Idempotency-Key"] = key;
  }
  const asked = fetch("/api/v1/" + path, {
    method: method, headers: headers, body: body, credentials: "same-origin", cache: "no-store"
  });
  const late = new Promise((_, no) => setTimeout(() => no(new Error("late")), 8000));
  return Promise.race([asked, late]).then(answer => {
    if (answer.status === 401 && path !== "session") { expire(); }
    return answer.text().then(text => {
      let json = null;
      try { json = text ? JSON.parse(text) : null; } catch (e) { json = null; }
      return { ok: answer.ok, status: answer.status, json: json };
    });
  });
}

// One tap: sent once, in order, with a key of its own; kept while there is no connection.
function send(path, body, name) {
  return new Promise((yes, no) => {
    outbox.push({ path: path, body: JSON.stringify(body || {}), key: newKey(), name: name || path, yes: yes, no: no });
    paint();
    pump();
  });
}

const busy = name => outbox.some(item => item.name === name);

function pump() {
  if (pumping || !outbox.length) { return; }
  pumping = true;
  const item = outbox[0];
  request("POST", item.path, item.body, item.key).then(answer => {
    reached();
    pumping = false;
    if (answer.status === 401) { return; } // kept until somebody is signed in again
    outbox.shift();
    if (answer.ok) {
      item.yes(answer.json);
    } else {
      item.no((answer.json && answer.json.error) || { code: "internal", message: W("no_answer") });
    }
    paint();
    if (!outbox.length) { renew(); }
    pump();
  }, () => {
    offline = true;
    pumping = false;
    paint();
    setTimeout(pump, 2000);
  });
}

function reached() {
  heard = Date.now();
  if (offline) { offline = false; paint(); }
}

function take(fresh) {
  if (snap && fresh.revision < snap.revision) { return; }
  // Somebody changed the settings.
  if (fresh.edition > S.edition && !outbox.length && !sheet && !visit.topic) { location.reload(); }
  snap = fresh;
  snapAt = Date.now();
  paint();
  renewLog();
}

function renew() {
  request("GET", "queue").then(answer => {
    reached();
    if (answer.ok) { take(answer.json); }
  }, () => {});
}

function renewLog() {
  if (logOf === snap.revision) { return; }
  const revision = snap.revision;
  request("GET", "log").then(answer => {
    if (answer.ok) { log = answer.json.actions; logOf = revision; paint(); }
  }, () => {});
}

function listen() {
  if (!window.EventSource) { return; }
  if (source) { source.close(); }
  source = new EventSource("/api/v1/events");
  source.addEventListener("ping", reached);
  source.addEventListener("over", renew);
  source.onmessage = event => { reached(); take(JSON.parse(event.data)); };
}

let beat = 0;
function tick() {
  beat += 1;
  if (Date.now() - heard > 5000) {
    if (!offline) { offline = true; }
    if (beat % 4 === 0) { renew(); }
    if (beat % 12 === 0) { listen(); }
  }
  paint();
}
