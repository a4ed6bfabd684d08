// One device asks to belong here: a code for people, a token that is worth nothing until then.
var S = JSON.parse(document.getElementById("start").textContent);
var byId = function (id) { return document.getElementById(id); };
var pair = byId("pair");
var offer = null;
var ends = 0;
var asking = false;

function ask(method, path, body) {
  return fetch("/api/v1/" + path, {
    method: method, credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body)
  }).then(function (answer) {
    return answer.json().then(function (json) {
      if (answer.ok) { return json; }
      throw json.error;
    });
  });
}

function trouble(text) {
  byId("trouble").hidden = !text;
  byId("trouble").textContent = text;
}

function over(text) {
  offer = null;
  byId("pairing").hidden = true;
  byId("door").hidden = false;
  trouble(text);
  pair.focus();
}

function begin() {
  trouble("");
  pair.disabled = true;
  ask("POST", "pairing", {}).then(function (given) {
    pair.disabled = false;
    offer = given;
    ends = Date.now() + given.seconds * 1000;
    byId("code").textContent = given.code.slice(0, 3) + " " + given.code.slice(3);
    byId("label").textContent = S.labels[given.label];
    byId("sign").setAttribute("href", "#i-" + given.label);
    byId("qr").setAttribute("viewBox", "0 0 " + given.qr.size + " " + given.qr.size);
    byId("modules").setAttribute("d", given.qr.path);
    byId("door").hidden = true;
    byId("pairing").hidden = false;
    byId("pairing-title").focus();
    look();
  }, function (error) {
    pair.disabled = false;
    trouble((error && error.message) || S.words.failed);
  });
}

// Every second: has somebody confirmed it?
function look() {
  if (!offer) { return; }
  var left = Math.ceil((ends - Date.now()) / 1000);
  byId("left").textContent = S.words.left.replace("{n}", Math.max(0, left));
  setTimeout(look, 1000);
  if (asking) { return; }
  asking = true;
  ask("POST", "session", { device_token: offer.device_token }).then(function (answer) {
    asking = false;
    if (!answer.signed_in) { return; }
    offer = null;
    byId("told").textContent = S.words.done;
    location.href = S.reload;
  }, function (error) {
    asking = false;
    if (offer && error && error.code === "not-paired") { over(S.words.over); }
  });
}

if (pair) {
  pair.hidden = false;
  pair.addEventListener("click", begin);
  byId("stop").addEventListener("click", function () {
    ask("DELETE", "pairing", { device_token: offer.device_token });
    over("");
  });
}
