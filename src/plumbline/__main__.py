"""`python -m plumbline` is the `plumbline` command."""

from plumbline.office.cli import main

main()
