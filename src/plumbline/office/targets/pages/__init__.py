"""The room's pages in the navigation; one module a part of the year, each registers its own."""
