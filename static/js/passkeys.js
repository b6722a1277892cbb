// Passkeys: fills the hidden field "credential" of a form with what the authenticator answers, then sends the form.
// data-passkey on the form: add (make one), confirm (prove, options on the page), sign-in (prove, options fetched).
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(Array.from(new Uint8Array(bytes), (n) => String.fromCharCode(n)).join(""))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const credentials = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

// The options as the browser wants them: challenge, person and credentials are bytes, sent as base64url.
function readOptions(sent) {
  const options = { ...sent, challenge: toBytes(sent.challenge) };
  if (sent.user) options.user = { ...sent.user, id: toBytes(sent.user.id) };
  if (sent.excludeCredentials) options.excludeCredentials = credentials(sent.excludeCredentials);
  if (sent.allowCredentials) options.allowCredentials = credentials(sent.allowCredentials);
  return options;
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function optionsOf(form) {
  const written = form.querySelector('script[type="application/json"]');
  if (written) return JSON.parse(written.textContent);
  const fetched = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!fetched.ok) throw new Error(String(fetched.status));
  return fetched.json();
}

async function ask(form) {
  const { creation_options: making, request_options: proving } = await optionsOf(form);
  const publicKey = readOptions((making ?? proving).publicKey);
  if (!making) return navigator.credentials.get({ publicKey });
  const alone = form.elements.passwordless?.checked ?? false;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  };
  return navigator.credentials.create({ publicKey });
}

const TROUBLES = { SecurityError: "address", NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };

function tell(form, trouble) {
  const place = form.querySelector("[data-trouble]");
  place.textContent = place.dataset[trouble];
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    if (!window.PublicKeyCredential) return tell(form, "unsupported");
    try {
      form.elements.credential.value = JSON.stringify(answer(await ask(form)));
    } catch (failure) {
      return tell(form, TROUBLES[failure.name] ?? "failed");
    }
    form.submit();
  });
}
