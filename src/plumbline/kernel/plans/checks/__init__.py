"""The rules for plans, one id a file; `plumbline.kernel.plans.checking` runs them all.

To add one, write a module here with a function from a `PlanDocument` to `Finding`s and register it::

    @rule(id="unit-missing", severity="warning", title="…", why="…", mend="…")
    def check(document: PlanDocument) -> Iterator[Finding]:
        ...

An id may be registered once a severity (what is right is "confirmed" under the same id). A rule knows
words, never a document: words stand in `vocabulary.toml` with their sources. It says one thing in one
finding: what another rule says of a place already, it leaves alone. `docs/rules.md` is made from here.
"""
