// What Python has no words for, once a worker, before anything else runs there.

// Loads a module when it is needed and not before.
export const load = (address) => import(address);

// Holds the lock of that name until this worker is gone, whoever ends it: the page that waits for it
// then gets it. False where there are no locks (an insecure page, one without an origin).
export const hold = (name) =>
  new Promise((held) => {
    const kept = () => {
      held(true);
      return new Promise(() => {});
    };
    if (navigator.locks) navigator.locks.request(name, kept).catch(() => held(false));
    else held(false);
  });

// WebAssembly memory grows and never shrinks, and ONNX Runtime shows nobody its own: each memory that
// is made here is remembered (weakly), so that the page can tell when a worker has become too large.
const made = new Set();
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(Memory, args) {
    const memory = Reflect.construct(Memory, args);
    made.add(new WeakRef(memory));
    return memory;
  },
});

// Bytes of all of them and of `heap`, the buffer of a memory that may be older than this module.
export const memory = (heap) => {
  const buffers = new Set([heap, ...[...made].map((one) => one.deref()?.buffer)]);
  return [...buffers].reduce((sum, buffer) => sum + (buffer?.byteLength ?? 0), 0);
};
