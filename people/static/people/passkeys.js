/**
 * Passkeys. A form marked data-passkey is hidden until this module shows it, where the browser knows passkeys; it asks
 * the device first and then sends what the device answered. What to ask stands in the page, or at data-options.
 */
const TROUBLE = {
  NotAllowedError: "Nothing happened: the device was not asked, or said no. Try again, or choose the other way.",
  InvalidStateError: "This device has a passkey for you already.",
  SecurityError: "Passkeys do not work at this address. Choose the other way.",
};
const OTHER = "That did not work. Try again, or choose the other way.";

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
  document.querySelector("[data-without]")?.setAttribute("hidden", "");
}

// Ask the device, then send the form; say what went wrong instead.
async function send(form) {
  const button = form.querySelector("button");
  const trouble = form.querySelector("[data-trouble]");
  trouble.hidden = true;
  button.disabled = true;
  try {
    const { publicKey } = await optionsOf(form);
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: forCreating(publicKey) })
        : await navigator.credentials.get({ publicKey: forGetting(publicKey) });
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.submit();
  } catch (error) {
    trouble.textContent = TROUBLE[error.name] ?? OTHER;
    trouble.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

async function optionsOf(form) {
  if (!form.dataset.options) {
    return JSON.parse(document.getElementById("passkey-options").textContent);
  }
  const response = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!response.ok) {
    throw new Error(`The site answered ${response.status}.`);
  }
  return (await response.json()).request_options;
}

function forCreating(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
}

function forGetting(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
}

function known(credentials) {
  return (credentials ?? []).map((credential) => ({ ...credential, id: bytes(credential.id) }));
}

// What a device answered, as JSON can hold it: every buffer as base64url.
function answer(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  if (credential.response.getTransports) {
    response.transports = credential.response.getTransports();
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
