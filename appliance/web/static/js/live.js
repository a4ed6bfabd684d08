// Something changed: fetch this page again and put the live parts in place.
var heard = Date.now();
var asking = false;
var again = false;
var over = false;
var onSwap = function () {};
var onSilence = function () {};

function byId(id) { return document.getElementById(id); }

function swap(text) {
  var fresh = new DOMParser().parseFromString(text, "text/html");
  var parts = document.querySelectorAll("[data-live]");
  var other = fresh.documentElement.className !== document.documentElement.className;
  if (other || fresh.querySelectorAll("[data-live]").length !== parts.length) { location.reload(); return; }
  var found = 0;
  Array.prototype.forEach.call(parts, function (old) {
    var now = fresh.getElementById(old.id);
    if (!now) { return; }
    found += 1;
    if (now.outerHTML === old.outerHTML) { return; }
    var open = old.querySelector("details[open]");
    var focus = old.contains(document.activeElement);
    var shape = document.importNode(now, true);
    old.parentNode.replaceChild(shape, old);
    if (open && byId(open.id)) { byId(open.id).open = true; }
    if (focus) { shape.tabIndex = -1; shape.focus(); }
    onSwap(old, shape);
  });
  if (found < parts.length) { location.reload(); return; }
  var sprite = document.querySelector(".spr");
  var newer = fresh.querySelector(".spr");
  Array.prototype.forEach.call(newer ? newer.childNodes : [], function (symbol) {
    if (symbol.id && !byId(symbol.id)) { sprite.appendChild(document.importNode(symbol, true)); }
  });
  document.title = fresh.title;
}

function refresh() {
  if (over) { return; }
  if (asking) { again = true; return; }
  asking = true;
  fetch(location.href, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
    if (answer.status >= 500 || !/html/.test(answer.headers.get("content-type"))) { throw new Error(answer.status); }
    return answer.text();
  }).then(function (text) {
    alive();
    swap(text);
  }).catch(function () {}).then(function () {
    asking = false;
    if (again) { again = false; refresh(); }
  });
}

function alive() {
  heard = Date.now();
  onSilence(false);
}

function live(jitter, period) {
  var source = null;
  function changed() {
    alive();
    setTimeout(refresh, Math.random() * jitter);
  }
  function listen() {
    if (!window.EventSource || over) { return; }
    if (source) { source.close(); }
    source = new EventSource("/api/v1/events");
    source.addEventListener("ping", alive);
    source.onmessage = changed;
  }
  listen();
  var beat = 0;
  setInterval(function () {
    beat += 1;
    var silent = Date.now() - heard > 5000;
    if (silent) { onSilence(true); }
    if (beat % (silent ? 4 : period) === 0) { refresh(); }
    if (silent && beat % 10 === 0) { listen(); }
  }, 1000);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { refresh(); }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { listen(); refresh(); }
  });
}

function say(shape) {
  var text = shape.getAttribute("data-say");
  if (byId("say") && text && byId("say").textContent !== text) { byId("say").textContent = text; }
}
