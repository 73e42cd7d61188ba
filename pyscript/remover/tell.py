"""What the page around a remover is told: DOM events on its tag, which leave shadow roots."""

import js
from errors import OffcutError
from pyscript.ffi import to_js

RESULT = ("name", "width", "height", "models", "checks", "notes")


def tell(tag, kind, detail):
    """Dispatch ``offcut:<kind>`` on ``tag``. ``detail``: of a result and of progress a dict as
    ``Engine.remove`` has it, of an error the OffcutError."""
    if isinstance(detail, OffcutError):
        told = {"code": detail.code, "message": detail.message, "retry": detail.retry}
    elif kind == "result":
        told = {key: detail[key] for key in RESULT}
        told["blob"] = detail["blob"]
    else:
        told = detail
    about = {"bubbles": True, "composed": True, "detail": told}
    tag.dispatchEvent(js.CustomEvent.new("offcut:" + kind, to_js(about)))
