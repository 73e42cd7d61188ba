// PyScript for pages that embed Offcut: <script type="module" src="https://your.site/core.js"></script>.
// What a page does not choose itself (interpreters) comes from this site; see tools/pyscript_core.py.
export * from "./vendor/pyscript/core.js";
