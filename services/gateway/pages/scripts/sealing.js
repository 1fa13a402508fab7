// Sealed bids with WebCrypto, as docs/sealed-bids.md has them byte by byte.
// Law: nothing in here sends anything; what is made here is held to the other two by tests.

const MAGIC = Uint8Array.of(0x47, 0x54, 0x42, 0x49, 0x44, 0, 0, 1);
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const [POINT, HASH, WRAPPED, NONCE, PAGE] = [65, 32, 40, 12, 4096];
const MOST_CONTENT = 256 * 1024;
const [FEWEST, MOST] = [3, 8];
const text = new TextEncoder();
const subtle = globalThis.crypto?.subtle;

export const canSeal = Boolean(subtle);

export class Unreadable extends Error {}

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((count, part) => count + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function inBase64(raw) {
  let said = "";
  for (const byte of raw) said += String.fromCharCode(byte);
  return btoa(said);
}

export function fromBase64(told) {
  return Uint8Array.from(atob(told), (character) => character.charCodeAt(0));
}

export const inHex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

export async function sha256(raw) {
  return new Uint8Array(await subtle.digest("SHA-256", raw));
}

function inOrder(keys) {
  const told = [...new Set(keys.map(inHex))].sort();
  return told.map((one) => Uint8Array.from(one.match(/../g), (pair) => parseInt(pair, 16)));
}

/** The fingerprint of all keys a tender's bids are sealed to. */
export async function panel(keys) {
  const said = text.encode("goldenthread sealed bid 1 panel");
  return inHex(await sha256(joined(said, ...inOrder(keys))));
}

function named(name) {
  const raw = text.encode(name);
  if (raw.length < 1 || raw.length > 80) throw new Unreadable("A name has 1 to 80 bytes.");
  return joined(Uint8Array.of(0, raw.length), raw);
}

function outside(tender, provider, officers, ephemeral) {
  const count = Uint8Array.of(officers.length);
  return joined(MAGIC, named(tender), named(provider), count, ...officers, ephemeral);
}

async function derived(key, context, purpose, ...officers) {
  const info = joined(text.encode(`goldenthread sealed bid 1 ${purpose}`), ...officers);
  const from = await subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: context, info };
  return new Uint8Array(await subtle.deriveBits(how, from, HASH * 8));
}

async function agreed(privateKey, point) {
  const other = await subtle.importKey("raw", point, CURVE, false, []);
  return new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: other }, privateKey, 256));
}

async function ephemeralOf(chance) {
  if (chance) {
    const key = await subtle.importKey("pkcs8", chance.pkcs8, CURVE, false, ["deriveBits"]);
    return [key, chance.point];
  }
  const pair = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  return [pair.privateKey, new Uint8Array(await subtle.exportKey("raw", pair.publicKey))];
}

function padded(content) {
  if (content.length > MOST_CONTENT) throw new Unreadable(`A bid has ${MOST_CONTENT} bytes at most.`);
  const all = new Uint8Array(Math.ceil((4 + content.length) / PAGE) * PAGE);
  new DataView(all.buffer).setUint32(0, content.length);
  all.set(content, 4);
  return all;
}

async function wrapped(secret, pairKey) {
  const by = await subtle.importKey("raw", pairKey, "AES-KW", false, ["wrapKey"]);
  const what = await subtle.importKey("raw", secret, "AES-GCM", true, ["encrypt"]);
  return new Uint8Array(await subtle.wrapKey("raw", what, by, "AES-KW"));
}

/** The envelope of a bid. `chance` (pkcs8, point, secret, nonce) is for tests of the format alone. */
export async function seal(content, tender, provider, keys, chance) {
  const officers = inOrder(keys);
  if (officers.length < FEWEST || officers.length > MOST)
    throw new Unreadable(`A bid is sealed to ${FEWEST} to ${MOST} officers.`);
  const draw = (count) => crypto.getRandomValues(new Uint8Array(count));
  const [ephemeral, point] = await ephemeralOf(chance);
  const secret = chance?.secret ?? draw(HASH);
  const nonce = chance?.nonce ?? draw(NONCE);
  const begins = outside(tender, provider, officers, point);
  const context = await sha256(begins);
  const parts = [];
  for (const key of officers)
    parts.push(await derived(await agreed(ephemeral, key), context, "part", key));
  const checks = [];
  const wraps = [];
  for (const [n, key] of officers.entries()) {
    checks.push(await derived(parts[n], context, "check", key));
    for (let m = n + 1; m < officers.length; m += 1) {
      const both = joined(parts[n], parts[m]);
      wraps.push(await wrapped(secret, await derived(both, context, "pair", key, officers[m])));
    }
  }
  const commitment = await derived(secret, context, "commitment");
  const head = joined(begins, commitment, ...checks, ...wraps, nonce);
  const by = await derived(secret, context, "content");
  const cipher = await subtle.importKey("raw", by, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: head, tagLength: 128 };
  return joined(head, new Uint8Array(await subtle.encrypt(how, cipher, padded(content))));
}

/** A new officer's key: what is kept in a file, and its public half. */
export async function makeKey() {
  const pair = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const pkcs8 = new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey));
  const kept = { goldenthread_opening_key: 1, public: inBase64(point), private: inBase64(pkcs8) };
  return { point, pkcs8, file: `${JSON.stringify(kept)}\n` };
}

/** A key as its file says. */
export function readKey(file) {
  let told;
  try {
    told = JSON.parse(file);
  } catch {
    told = {};
  }
  if (told.goldenthread_opening_key !== 1 || !told.public || !told.private)
    throw new Unreadable("This is no opening key: it is not the file that was made.");
  return { point: fromBase64(told.public), pkcs8: fromBase64(told.private) };
}

/** What registers a key for one tender. */
export async function keyBody(key, tender, officer) {
  const shown = inBase64(key.point);
  const said = `Golden Thread opening key\ntender ${tender}\nofficer ${officer}\nkey ${shown}\n`;
  const how = { name: "ECDSA", namedCurve: "P-256" };
  const signer = await subtle.importKey("pkcs8", key.pkcs8, how, false, ["sign"]);
  const by = { name: "ECDSA", hash: "SHA-256" };
  const proof = new Uint8Array(await subtle.sign(by, signer, text.encode(said)));
  return { public: shown, proof: inBase64(proof) };
}

/** Where things stand in the head of an envelope: its beginning, the officers, the ephemeral key. */
function taken(head) {
  let at = MAGIC.length;
  for (let names = 0; names < 2; names += 1) at += 2 + head[at] * 256 + head[at + 1];
  const count = head[at];
  const officers = [];
  for (let n = 0; n < count; n += 1)
    officers.push(head.slice(at + 1 + n * POINT, at + 1 + (n + 1) * POINT));
  at += 1 + count * POINT;
  const pairs = (count * (count - 1)) / 2;
  const length = at + POINT + HASH + count * HASH + pairs * WRAPPED + NONCE;
  const isOurs = MAGIC.every((byte, n) => head[n] === byte) && count >= FEWEST && count <= MOST;
  if (!isOurs || head.length !== length) throw new Unreadable("This is no head of a sealed bid.");
  return { begins: head.slice(0, at + POINT), officers, ephemeral: head.slice(at, at + POINT) };
}

/** An officer's part of one envelope, from its head. */
export async function partOf(key, head) {
  const { begins, officers, ephemeral } = taken(head);
  if (!officers.some((one) => inHex(one) === inHex(key.point)))
    throw new Unreadable("This bid is not sealed to this key.");
  const own = await subtle.importKey("pkcs8", key.pkcs8, CURVE, false, ["deriveBits"]);
  return derived(await agreed(own, ephemeral), await sha256(begins), "part", key.point);
}

/** What an officer sends: one part for each head. */
export async function partsBody(key, heads) {
  const parts = {};
  for (const { bid, head } of heads) parts[bid] = inBase64(await partOf(key, fromBase64(head)));
  return { parts };
}
