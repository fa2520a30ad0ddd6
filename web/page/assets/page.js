// SPDX-License-Identifier: AGPL-3.0-or-later
// What a page can do a little better where scripts run. Every page is whole without it.
"use strict";
document.addEventListener("click", function (event) {
  var button = event.target.closest("button[data-copy]");
  if (!button || !navigator.clipboard) return;
  event.preventDefault();
  navigator.clipboard.writeText(button.dataset.copy).then(function () {
    var said = document.getElementById(button.dataset.said);
    if (said) said.textContent = button.dataset.done;
  });
});
document.documentElement.classList.add("scripted");
