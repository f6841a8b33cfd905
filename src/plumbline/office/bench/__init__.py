"""Benchmarks, one a file: each registers a function that measures and returns its rows.

    @benchmark("plan", "读取与校核")
    def plan(run: Run) -> None:
        run.measure("读取并校核县级文件", lambda: ..., limit=0.5)

A file that is dropped here is found by itself. Figures are seconds unless a row says otherwise.
"""
