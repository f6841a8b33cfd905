"""Photographs of visits: small drawings of what an inspector would have photographed, and of nobody."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.services.answering import add_photo

WIDTH, HEIGHT = 800, 600
_WALL, _FLOOR, _METAL, _DARK, _LIGHT = "#d9dde1", "#a8adb3", "#3b4148", "#1d2125", "#eef1f4"
_GREEN, _AMBER, _RED, _BLUE, _PAPER = "#3fb950", "#d29922", "#cf222e", "#4a7fb5", "#fbf6e3"
Draw = ImageDraw.ImageDraw


def take_photos(
    inspection: Inspection, photos: Iterable[Sequence[str]], *, actor: User, now: datetime
) -> None:
    """Keep the photographs of a visit.

    Args:
        photos: [key of the item, or "", what is to be seen (key of `SCENES`), title].
    """
    items = {} if inspection.checklist is None else {i.key: i for i in inspection.checklist.items.all()}
    for key, scene, title in photos:
        upload = ContentFile(drawn(scene), name=f"{title}.jpg")
        item = items[key] if key else None
        add_photo(inspection, upload, item=item, title=title, actor=actor, now=now)


def drawn(scene: str) -> bytes:
    """A JPEG of a scene, the same bytes every time."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, WIDTH, HEIGHT), fill=_FLOOR)
    SCENES[scene](draw)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=80)
    return content.getvalue()


def _rack(draw: Draw) -> None:
    """Two cabinets with servers, one lamp red."""
    for left in (120, 430):
        draw.rectangle((left, 50, left + 250, 540), fill=_METAL, outline=_DARK, width=6)
        for unit in range(9):
            top = 75 + unit * 50
            draw.rectangle((left + 18, top, left + 232, top + 38), fill=_DARK)
            for slot in range(6):
                draw.rectangle(
                    (left + 28 + slot * 22, top + 9, left + 44 + slot * 22, top + 29), fill="#565d66"
                )
            lamp = _RED if (left, unit) == (430, 3) else _GREEN
            draw.ellipse((left + 205, top + 13, left + 217, top + 25), fill=lamp)


def _switch(draw: Draw) -> None:
    """A switch with cables, some ports unmarked."""
    draw.rectangle((60, 180, 740, 330), fill=_METAL, outline=_DARK, width=6)
    for row in range(2):
        for port in range(12):
            left, top = 95 + port * 52, 205 + row * 60
            draw.rectangle((left, top, left + 38, top + 34), fill=_DARK)
            draw.rectangle((left + 4, top - 9, left + 14, top - 3), fill=_GREEN if port % 3 else _AMBER)
            if (port + row) % 4:
                colour = (_BLUE, _AMBER, "#8a93a0")[(port + row) % 3]
                draw.line((left + 19, top + 34, left + 10 + port * 2, 560), fill=colour, width=9)


def _terminal(draw: Draw) -> None:
    """A screen on a desk with a note stuck to its frame."""
    draw.rectangle((0, 440, WIDTH, HEIGHT), fill="#b98f63")
    draw.rectangle((190, 90, 610, 370), fill=_DARK)
    draw.rectangle((208, 108, 592, 352), fill=_BLUE)
    draw.rectangle((290, 175, 510, 290), fill=_LIGHT)
    for top in (200, 235):
        draw.rectangle((315, top, 485, top + 20), fill="#ffffff", outline="#8a93a0", width=2)
    draw.rectangle((370, 370, 430, 430), fill=_METAL)
    draw.rectangle((310, 425, 490, 445), fill=_METAL)
    draw.polygon(((560, 60), (665, 70), (655, 170), (550, 160)), fill="#ffe066")
    for line in range(3):
        draw.line((572, 88 + line * 24, 640, 93 + line * 24), fill=_METAL, width=4)


def _ledger(draw: Draw) -> None:
    """An open register of systems, several rows empty."""
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill="#b98f63")
    for left in (70, 405):
        draw.rectangle((left, 70, left + 325, 530), fill=_PAPER, outline="#c9bf9a", width=3)
        for row in range(11):
            top = 110 + row * 36
            draw.line((left + 20, top + 26, left + 305, top + 26), fill="#c9bf9a", width=2)
            if row < (10 if left == 70 else 4):
                for column, width in ((25, 70), (115, 100), (235, 55)):
                    draw.rectangle((left + column, top + 8, left + column + width, top + 15), fill="#6b6f76")
        draw.line((left + 108, 100, left + 108, 510), fill="#c9bf9a", width=2)
        draw.line((left + 228, 100, left + 228, 510), fill="#c9bf9a", width=2)


#: what can be seen, by the word of the description
SCENES: dict[str, Callable[[Draw], None]] = {
    "rack": _rack,
    "switch": _switch,
    "terminal": _terminal,
    "ledger": _ledger,
}
