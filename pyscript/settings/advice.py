"""Why it does not run faster here, and what would help: decisions over the engine's report."""

from text import said, t


def advice(report, wanted):
    """Sentences, the most useful first; one that says that all is well where nothing helps.

    ``wanted``: the backend that was asked for, or "auto".
    """
    lines = []
    usable = {one["name"]: one["usable"] for one in report["candidates"]}
    if wanted != "auto":
        lines.append(t("settings.help.wanted"))
    elif not usable["webgpu"]:
        lines.append(t("settings.help.webgpu"))
    if not report["isolated"]:
        lines.append(t("settings.help.isolated"))
    if report["cores"] < 2:
        lines.append(t("settings.help.core"))
    lines += [said(one["why"]) for one in report["limits"]]
    return lines or [t("settings.help.none")]
