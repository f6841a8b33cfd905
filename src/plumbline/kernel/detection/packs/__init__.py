"""Packs of rules on disk: importing, comparing, choosing, exceptions, and the cache of compiled packs."""
