"""One small registry: add, load a folder, get. A duplicate raises.

A registry holds what a newcomer adds as one file: a rule, a layout, a reader, a metric.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Generic, TypeVar

from plumbline.kernel.errors import RegistryError

T = TypeVar("T")


class Registry(Generic[T]):
    """Entries of one kind by key, in the order of their keys.

    Args:
        kind: what the entries are called in error messages.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}

    def add(self, key: str, entry: T) -> T:
        """Register an entry and return it.

        Raises:
            RegistryError: the key is empty or taken.
        """
        if not key:
            raise RegistryError(f"{self.kind}没有键")
        if key in self._entries:
            raise RegistryError(f"{self.kind}“{key}”重复登记", advice="请改用另一个键。")
        self._entries[key] = entry
        return entry

    def load(self, package: ModuleType) -> None:
        """Import every module of a package, so that each registers itself."""
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")

    def get(self, key: str) -> T:
        """The entry of a key.

        Raises:
            RegistryError: there is none.
        """
        try:
            return self._entries[key]
        except KeyError:
            raise RegistryError(f"没有名为“{key}”的{self.kind}") from None

    def __iter__(self) -> Iterator[T]:
        return (self._entries[key] for key in sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._entries)
