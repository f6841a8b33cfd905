"""The command line, one group of commands a file.

Only typer is imported at the top of a command's file; what a command needs is imported when it runs.
So `plumbline plan check` never waits for Django.
"""
