// What selftest.html's own Python cannot find out, for without these files it never starts.
// English: the other languages come with Python.
const SCRIPT = ["text/javascript", "application/javascript", "application/x-javascript"];
const NEEDED = {
  "vendor/pyscript/core.js": SCRIPT,
  "vendor/micropython/micropython.mjs": SCRIPT,
  "vendor/micropython/micropython.wasm": null,
  "pyscript/selftest.json": null,
  "pyscript/selftest.py": null,
};

async function fault(path, types) {
  const answer = await fetch(path, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (!answer) return `${path} could not be fetched.`;
  if (!answer.ok) return `${path} is not there (status ${answer.status}).`;
  const type = (answer.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (!types || types.includes(type)) return "";
  return `${path} comes as ${type || "nothing"} instead of ${types[0]}: set the type on the host.`;
}

const found = await Promise.all(Object.entries(NEEDED).map((one) => fault(...one)));
const faults = found.filter(Boolean);
if (faults.length) {
  const note = document.getElementById("health-missing");
  note.textContent = ["The self-test cannot start.", ...faults].join(" ");
  note.hidden = false;
}
