// The page of sealed bids: what is typed is sealed here, and only the envelope goes into the form.

import * as sealing from "./sealing.js";

const one = (name) => document.getElementById(name);

function keep(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
}

function say(where, words) {
  one(where).textContent = words;
}

/** `£1,234.50` as 123450; NaN for what is no sum. */
function pence(typed) {
  const bare = typed.replace(/[£,\s]/g, "");
  return /^\d+(\.\d{1,2})?$/.test(bare) ? Math.round(Number(bare) * 100) : NaN;
}

async function sealed(form) {
  const price = pence(one("bid-price").value);
  const statement = one("bid-statement").value.trim();
  if (!Number.isSafeInteger(price)) return say("bid-told", "Enter the price of a year, such as 245,000.");
  if (!statement) return say("bid-told", "Enter what you offer.");
  if (statement.length > 20000) return say("bid-told", "What you offer has 20,000 characters at most.");
  const keys = JSON.parse(form.dataset.keys).map(sealing.fromBase64);
  if ((await sealing.panel(keys)) !== form.dataset.panel)
    return say("bid-told", "The keys do not match their fingerprint. Nothing was sealed: ask the officers.");
  const bid = JSON.stringify({ annual_price_pence: price, statement });
  const content = new TextEncoder().encode(bid);
  const envelope = await sealing.seal(content, form.dataset.tender, form.dataset.provider, keys);
  keep(`bid-${form.dataset.tender}.sealed`, envelope, "application/octet-stream");
  one("envelope").value = sealing.inBase64(envelope);
  one("bid-price").value = "";
  one("bid-statement").value = "";
  say("bid-told", `Sealed. Its hash is ${sealing.inHex(await sealing.sha256(envelope))}. Handing it in …`);
  form.submit();
}

async function made(form) {
  const key = await sealing.makeKey();
  keep(`opening-key-${form.dataset.tender}.json`, key.file, "application/json");
  const body = await sealing.keyBody(key, form.dataset.tender, form.dataset.officer);
  one("registration").value = JSON.stringify(body);
  say("key-told", "Your key is in the file just saved. Keep it safe, then register it below.");
}

async function given(form) {
  const [file] = one("key-file").files;
  if (!file) return say("parts-told", "Choose the file with your key.");
  const key = sealing.readKey(await file.text());
  const body = await sealing.partsBody(key, JSON.parse(form.dataset.heads));
  one("parts").value = JSON.stringify(body);
  say("parts-told", "Your parts are made. Giving them …");
  form.submit();
}

/** Shows what needs scripts, and does it at a press of its button. */
function able(button, section, form, told, work) {
  if (!one(button) || !sealing.canSeal) return;
  one(section).hidden = false;
  one(button).addEventListener("click", async () => {
    one(button).disabled = true;
    try {
      await work(one(form));
    } catch (error) {
      const known = error instanceof sealing.Unreadable;
      say(told, known ? error.message : "This did not work; nothing was sent.");
    }
    one(button).disabled = false;
  });
}

able("seal-bid", "seal-here", "envelope-form", "bid-told", sealed);
able("make-key", "key-here", "key-form", "key-told", made);
able("give-parts", "parts-here", "parts-form", "parts-told", given);
