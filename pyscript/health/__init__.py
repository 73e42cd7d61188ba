"""The self-test of a site and a browser: selftest.html."""
