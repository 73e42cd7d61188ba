"""Why it does not run faster here, and what would help: decisions over the engine's report."""

from text import t


def advice(report, wanted):
    """Sentences, the most useful first; one that says that all is well where nothing helps.

    ``wanted``: the backend that was asked for, or "auto".
    """
    said = []
    usable = {one["name"]: one["usable"] for one in report["candidates"]}
    if wanted != "auto":
        said.append(t("settings.help.wanted"))
    elif not usable["webgpu"]:
        said.append(t("settings.help.webgpu"))
    if not report["isolated"]:
        said.append(t("settings.help.isolated"))
    if report["cores"] < 2:
        said.append(t("settings.help.core"))
    said += [one["why"] for one in report["limits"]]
    return said or [t("settings.help.none")]
