// The lead's devices: one more, one less, another PIN.
var S = JSON.parse(document.getElementById("start").textContent);
var byId = function (id) { return document.getElementById(id); };

function newKey() {
  var bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes).map(function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
}

function ask(method, path, body) {
  return fetch("/api/v1/" + path, {
    method: method, credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": newKey() },
    body: JSON.stringify(body || {})
  }).then(function (answer) {
    return answer.json().then(function (json) {
      if (answer.ok) { return json; }
      throw json.error;
    });
  });
}

function trouble(error) {
  byId("trouble").hidden = false;
  byId("trouble").textContent = (error && error.message) || S.words.failed;
  byId("trouble").scrollIntoView();
}

function again() { location.href = "/devices"; }

byId("confirm").addEventListener("submit", function (event) {
  event.preventDefault();
  var role = document.querySelector("[name=role]:checked").value;
  ask("POST", "pairing/confirm", { code: byId("shown").value, role: role }).then(again, trouble);
});

byId("choose").addEventListener("submit", function (event) {
  event.preventDefault();
  ask("POST", "pin", { pin: byId("fresh").value }).then(function () {
    byId("trouble").hidden = true;
    byId("fresh").value = "";
    byId("told").textContent = S.words.changed;
    byId("told").scrollIntoView();
  }, trouble);
});

document.addEventListener("click", function (event) {
  var target = event.target.closest("[data-revoke]");
  if (!target) { return; }
  if (!target.hasAttribute("data-sure")) {
    target.setAttribute("data-sure", "");
    target.setAttribute("aria-label", S.words.sure);
    target.classList.add("stop");
    target.querySelector("span").textContent = S.words.sure;
    return;
  }
  ask("DELETE", "devices/" + target.getAttribute("data-revoke")).then(again, trouble);
});
