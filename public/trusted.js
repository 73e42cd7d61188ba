// Trusted Types, where the browser knows them: what becomes the address of a script or of a worker is this site's
// own or a blob of it, and no text becomes markup or code. The page's policy (its <meta>) asks for it, and all that
// Offcut and its libraries hand to the browser goes through here. The engine's worker, whose policy is the page's,
// gets one like it from the build (tools/pyscript_core.py).
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL(address) {
    const { origin: its } = new URL(address, document.baseURI);
    return [origin, location.origin].includes(its) ? address : null;
  },
  // A document that is only looked at: nothing runs in it (pyscript/vector.py).
  createHTML: (text, type, sink) => (sink === "DOMParser parseFromString" ? text : null),
});
