// Passkeys: the page brings the question, the browser answers it, the form carries the answer. No request
// is made here.
(function () {
  var form = document.querySelector("form[data-passkey]");
  if (!form) return;
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function open(options) {
    var key = options.publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) key.user.id = bytes(key.user.id);
    (key.excludeCredentials || []).concat(key.allowCredentials || []).forEach(function (c) { c.id = bytes(c.id); });
    return { publicKey: key };
  }
  function told(credential) {
    var from = credential.response, response = { clientDataJSON: text(from.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (from[name]) response[name] = text(from[name]);
    });
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type,
      response: response, clientExtensionResults: credential.getClientExtensionResults() });
  }
  form.addEventListener("submit", function (event) {
    if (form.elements.answer.value) return;
    event.preventDefault();
    var said = form.querySelector("[role=alert]");
    said.hidden = true;
    Promise.resolve().then(function () {
      return navigator.credentials[form.dataset.passkey](open(JSON.parse(form.dataset.options)));
    }).then(function (credential) {
      form.elements.answer.value = told(credential);
      form.submit();
    }).catch(function () { said.hidden = false; });
  });
})();
