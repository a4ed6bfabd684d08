// Show or hide what is typed.
var pin = document.getElementById("pin");
var peek = document.getElementById("peek");
if (peek) {
  peek.hidden = false;
  peek.addEventListener("click", function () {
    var word = peek.querySelector("span");
    var shown = pin.type === "text";
    pin.type = shown ? "password" : "text";
    var other = word.getAttribute("data-other");
    word.setAttribute("data-other", word.textContent);
    word.textContent = other;
    pin.focus();
  });
}
