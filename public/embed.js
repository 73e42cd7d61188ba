// What a frame needs before Python is up, and what Python cannot do with a window of another origin.
// How the frame looks is in its address (docs/embedding-frame.md), on the page before it is painted; the
// host's messages wait here until pyscript/embedded.py asks for them, which judges them.
"use strict";
{
  const PARTS = ["intro", "facts", "samples", "compare", "copy", "background", "touch", "checks", "engine", "settings"];
  const USUAL = "compare copy background touch checks engine settings";
  const root = document.documentElement;
  const asked = Object.fromEntries(new URLSearchParams(location.search));

  // As the browser draws it: red, green and blue, 0 to 255; null for what is no colour, or is seen through.
  function drawn(colour) {
    if (!CSS.supports("color", colour)) return null;
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return alpha === 255 ? [red, green, blue] : null;
  }

  const linear = (part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

  function accent(colour) {
    const rgb = drawn(colour);
    if (!rgb) return;
    // Black or white on it, whichever is told apart more easily (WCAG's contrast).
    const dark = (luminance(rgb) + 0.05) ** 2 > 0.0525;
    const mixed = (share, other) => rgb.map((part) => Math.round(part + (other - part) * share));
    const css = (parts) => `rgb(${parts.join(" ")})`;
    root.style.setProperty("--blade", css(rgb));
    root.style.setProperty("--blade-hover", css(mixed(0.14, dark ? 255 : 0)));
    root.style.setProperty("--on-blade", dark ? "#000" : "#fff");
  }

  const WEAR = {
    accent,
    theme(theme) {
      if (["light", "dark"].includes(theme)) root.dataset.given = theme;
      else if (theme === "auto") delete root.dataset.given;
      dispatchEvent(new Event("offcut-theme")); // theme.js does the rest: a person's own choice goes first
    },
    parts(parts) {
      const known = parts.split(/[\s,]+/).filter((part) => PARTS.includes(part));
      root.dataset.parts = known.join(" ");
    },
  };
  function wear(look) {
    for (const [name, put] of Object.entries(WEAR)) if (typeof look[name] === "string") put(look[name]);
  }
  // A browser may keep a frame of another site from storing anything. Python cannot catch what that throws.
  let stores = true;
  try {
    void [localStorage, sessionStorage];
  } catch {
    stores = false;
  }

  wear({ parts: USUAL, ...asked });
  if (asked.height === "auto") root.dataset.height = "auto";

  let hear = null;
  const waiting = [];
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || source === self) return;
    if (hear) hear(origin, data);
    else if (waiting.length < 100) waiting.push([origin, data]);
  });

  globalThis.offcutFrame = {
    asked,
    wear,
    stores,
    framed: parent !== self,
    /** Hands `listener(origin, data)` what the parent says, and what it has said already. */
    listen(listener) {
      hear = listener;
      for (const message of waiting.splice(0)) hear(...message);
    },
    /** The origin that an address names, "" for none. */
    origin(address) {
      try {
        const { origin } = new URL(address);
        return origin === "null" ? "" : origin;
      } catch {
        return "";
      }
    },
    post: (message, origin) => parent.postMessage(message, origin),
  };
}
