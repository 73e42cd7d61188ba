"""What was asked for over the network, counted by what it is for and by host: plain decisions."""

KINDS = ("page", "engine", "models")
_PAGES_OWN = ("vendor/pyscript/", "vendor/micropython/", "vendor/client-zip/")


def kind_of(address, base):
    """What an address of this site is for."""
    path = address[len(base) :] if address.startswith(base) else ""
    if path.startswith("models/"):
        return "models"
    if path.startswith(_PAGES_OWN):
        return "page"
    return "engine" if path.startswith(("vendor/", "worker/")) else "page"


def real(requests):
    """Those that can have left the page: a Blob's address or data in a link cannot."""
    return [one for one in requests if one["name"].startswith("http")]


def tally(requests, base):
    """Count them: ``{"kinds": {kind: [requests, bytes]}, "hosts": {host: requests}, "bytes": n}``.

    ``requests``: ``{name, bytes}`` each. ``base``: the site's address.
    """
    kinds = {kind: [0, 0] for kind in KINDS}
    hosts = {}
    for one in real(requests):
        found = kinds[kind_of(one["name"], base)]
        found[0] += 1
        found[1] += one["bytes"]
        host = one["name"].split("/")[2]
        hosts[host] = hosts.get(host, 0) + 1
    return {"kinds": kinds, "hosts": hosts, "bytes": sum(kinds[kind][1] for kind in kinds)}
