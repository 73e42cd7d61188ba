"""The sections of the settings, one a module; ``components/settings.py`` shows them.

Each has ``name``, ``sign()`` (its icon), ``build()`` (its nodes, asked for once), ``render(state)``
(the page's state has changed while it is in sight) and ``shown()`` (it came into sight).
"""
