"""The page's first line of Python: put the components on the markup that is already there."""

import js
from app import App

app = App(js.document)
app.mount()
