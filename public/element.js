// <offcut-remover>: the remover for pages without PyScript. It only brings the Python in; attributes,
// events and methods are those of a tag of embed.py (docs/embedding.md).

import { answer, base, door } from "./door.js";

class OffcutRemover extends HTMLElement {
  #end; // what ends the remover that stands here
  #turn = 0; // counts connections, so that only the last one counts
  #waiting = []; // photos that came before Python was there

  async connectedCallback() {
    const turn = ++this.#turn;
    const { mount } = await door();
    if (turn !== this.#turn || this.#end) return;
    const end = await answer((resolve, reject) => mount(this, base, resolve, reject));
    if (turn !== this.#turn) return void end(); // gone meanwhile, or here anew
    this.#end = end;
    for (const blob of this.#waiting.splice(0)) this.open(blob);
  }

  disconnectedCallback() {
    this.#turn++;
    // Moved within the page, it is connected again at once, and goes on.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  #leave() {
    this.#end?.();
    this.#end = undefined;
    for (const name of ["open", "cancel"]) delete this[name]; // those of the remover that is gone
  }

  /** Take a photo as if a person had chosen it. */
  open(blob) {
    this.#waiting.push(blob);
  }

  /** Stop the work. */
  cancel() {
    this.#waiting = [];
  }
}

if (!customElements.get("offcut-remover")) customElements.define("offcut-remover", OffcutRemover);
