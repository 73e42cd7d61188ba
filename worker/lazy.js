// Loads a module when it is needed and not before: Python has no dynamic import() of its own.
export const load = (address) => import(address);
