"""PyScript's core as the site serves it: changed in the few places that a foreign page needs.

Each change replaces one passage that must be there exactly once; a new PyScript that reads
otherwise stops the build, so that nobody finds out in a browser.
"""

from __future__ import annotations

import re

from tools.paths import stop

# Where an interpreter comes from that the page did not choose: the site's own vendor/ folder, not a
# CDN. A version that a page names is its own wish, and stays as it is.
_DEFAULTS = {
    "micropython": r"module:\(e=\"[\w.-]+\"\)=>(`[^`]+/micropython\.mjs`)",
    "pyodide": r"module:\(e=\"[\w.-]+\"\)=>(`[^`]+/pyodide\.mjs`)",
}
# The worker's copy is a text inside core.js and starts from a blob, which has no address; so the
# text begins with the folder's.
_WORKER = '"/*@*/"+'
# Where a page asks for Trusted Types, its workers are asked as well: ONNX Runtime starts threads
# there. As public/trusted.js has it, and the empty script by which Pyodide tells what kind of
# worker it is in. A page of others may forbid policies; it has its own way.
_TRUSTED = (
    'try{globalThis.trustedTypes?.createPolicy("default",{createScriptURL:e=>'
    'e==="data:text/javascript,"||[origin,location.origin].includes(new URL(e).origin)?e:null})}'
    "catch{}"
)
_WORKER_TOLD = (
    "`/*@*/globalThis.__site_vendor=${JSON.stringify(new URL('../',import.meta.url).href)};"
    f"{_TRUSTED};`+"
)
# Each worker starts from a Blob of its own with the same text, whose address nobody lets go of. The
# module keeps the first.
_STARTED = f"URL.createObjectURL(new Blob([{_WORKER_TOLD}"
_STARTED_ONCE = f"import.meta.workerText??={_STARTED}"
# Named workers are kept for ever in a map behind two proxies. With these, `delete workers[name]`
# lets go of one that has ended.
_NAMED = re.compile(
    r"((\w+)=new Proxy\(new Map,\{)"
    r"(get:\((\w),(\w)\)=>\(\4\.has\(\5\)\|\|\4\.set\(\5,\w+\(\)\),\4\.get\(\5\)\)\}\))"
    r"(.{1,200}?new Proxy\(Object\.freeze\(\{\}\),\{)"
)
_FORGOTTEN = (
    r"\1deleteProperty:(map,name)=>(map.delete(name),true),\3"
    r"\6deleteProperty:(_,name)=>delete \2[name],"
)
# A hook for workers is only ever turned into text, but made by Function first, which asks every
# page for 'unsafe-eval' in its content security policy. The text alone does.
_HOOK = re.compile(r"Function\(`return(\(w,x\)=>\(\$\{\w+\}\)\(w,x,\.\.\.\[\$\{\w+\}\]\))`\)\(\)")
# A database in which Pyodide's list of packages is remembered is opened, and emptied, also for
# those who want it passed through; in a private window without IndexedDB no worker would start.
_MEMORY = re.compile(
    r"=(new \w+\(`\$\{\w+\}@\$\{\w+\}`\))"
    r"(,\w+=\{indexURL:\w+\},\w+=\"never\"!==(\w+)\.packages_cache)"
)
_FORGETFUL = "Object.assign(new Map,{sync(){},close(){}})"


def patched(core: str) -> str:
    """Return the text of ``core-*.js`` with the site's changes. Stops the build where it cannot."""
    if core.count(_WORKER) != 1:
        stop("PyScript's core has its worker elsewhere: see tools/pyscript_core.py.")
    core = core.replace(_WORKER, _WORKER_TOLD)
    for name, shape in _DEFAULTS.items():
        addresses = (  # the page's, and after it the worker's
            f'new URL("../{name}/{name}.mjs",import.meta.url).href',
            f'globalThis.__site_vendor+"{name}/{name}.mjs"',
        )
        found = list(re.finditer(shape, core))
        if len(found) != len(addresses):
            stop(f"PyScript's core names {name} elsewhere: see tools/pyscript_core.py.")
        for match, address in reversed(list(zip(found, addresses, strict=True))):
            chosen = f"module:e=>e?{match[1]}:{address}"
            core = core[: match.start()] + chosen + core[match.end() :]
    if core.count(_STARTED) != 1:
        stop("PyScript's core starts its worker otherwise: see tools/pyscript_core.py.")
    core = core.replace(_STARTED, _STARTED_ONCE)
    core, times = _NAMED.subn(_FORGOTTEN, core)
    if times != 1:
        stop("PyScript's core names its workers otherwise: see tools/pyscript_core.py.")
    core, times = _HOOK.subn(r"`\1`", core)
    if times != 1:
        stop("PyScript's core makes its hooks otherwise: see tools/pyscript_core.py.")
    instead = rf'="passthrough"===\3.packages_cache?{_FORGETFUL}:\1\2'
    core, times = _MEMORY.subn(instead, core)
    if times != 2:  # the page's, and the worker's
        stop("PyScript's core remembers packages otherwise: see tools/pyscript_core.py.")
    return core
