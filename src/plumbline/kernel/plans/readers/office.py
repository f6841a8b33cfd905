"""Reader of what only an office program opens (.doc, .wps, .xls, .et, .rtf, .odt, .ods, .html).

LibreOffice converts the file to .docx or .xlsx in a directory of its own, with a profile of its own,
so that conversions do not disturb each other and no macro setting of the user applies; a fresh
profile runs no macros. Without LibreOffice the error says what is missing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from plumbline.kernel.errors import UnreadableFile, UnsupportedFormat
from plumbline.kernel.plans.limits import DEFAULT_LIMITS, Limits
from plumbline.kernel.plans.readers.docx import read_docx
from plumbline.kernel.plans.readers.xlsx import read_xlsx
from plumbline.kernel.plans.source import Source

#: where the program lies when it is not on the path
_USUAL = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
#: what each kind becomes, and the import filter where the content alone does not decide
_FILTERS: Mapping[str, tuple[str, str]] = {
    "doc": ("docx", ""),
    "wps": ("docx", ""),
    "rtf": ("docx", ""),
    "odt": ("docx", ""),
    "html": ("docx", "HTML (StarWriter)"),
    "xls": ("xlsx", ""),
    "et": ("xlsx", ""),
    "ods": ("xlsx", ""),
    "htmlxls": ("xlsx", ""),
    "xmlxls": ("xlsx", ""),
}


def office_program() -> str | None:
    """The path of LibreOffice, or None when it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for path in _USUAL if Path(path).is_file()), None)


def read_office(name: str, data: bytes, *, kind: str, limits: Limits) -> Source:
    """Convert a file and read the result.

    Args:
        kind: key of `_FILTERS`, found by the content.

    Raises:
        UnsupportedFormat: LibreOffice is missing.
        UnreadableFile: it could not open the file in time, or the result is beyond the limits.
    """
    program = office_program()
    if program is None:
        raise UnsupportedFormat(
            f"读取 .{_ending(kind)} 文件需要 LibreOffice，本机没有安装。",
            where=name,
            advice="请安装 LibreOffice，或用办公软件另存为 .docx 或 .xlsx 后再导入。",
        )
    ending, import_filter = _FILTERS[kind]
    converted = _convert(program, name, data, kind, ending, import_filter, limits)
    read = read_docx if ending == "docx" else read_xlsx
    source = read(name, converted, limits=limits)
    note = f"文件由 LibreOffice 从 .{_ending(kind)} 转换后读取。"
    return replace(source, format="office", notes=(note, *source.notes))


def convert_to_pdf(name: str, data: bytes, *, ending: str = "docx", limits: Limits = DEFAULT_LIMITS) -> bytes:
    """A document as PDF, as LibreOffice draws it; it takes some seconds.

    Args:
        name: what errors call it.
        ending: of the document, without the dot.

    Raises:
        UnsupportedFormat: LibreOffice is missing.
        UnreadableFile: it could not open the file in time, or the result is beyond the limits.
    """
    program = office_program()
    if program is None:
        raise UnsupportedFormat(
            "转换为 PDF 需要 LibreOffice，本机没有安装。",
            where=name,
            advice="请下载 Word 文件查看，或请管理员安装 LibreOffice。",
        )
    return _convert(program, name, data, ending, "pdf", "", limits)


def _ending(kind: str) -> str:
    return {"htmlxls": "xls", "xmlxls": "xls"}.get(kind, kind)


def _convert(
    program: str, name: str, data: bytes, kind: str, ending: str, import_filter: str, limits: Limits
) -> bytes:
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        work = Path(folder)
        source = work / f"source.{_ending(kind)}"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            *([f"--infilter={import_filter}"] if import_filter else []),
            "--convert-to",
            ending,
            "--outdir",
            str(work / "out"),
            str(source),
        ]
        _run(command, work, name, limits)
        result = work / "out" / f"source.{ending}"
        if not result.is_file():
            raise _unreadable(name)
        if result.stat().st_size > limits.bytes:
            raise UnreadableFile("转换后的文件过大。", where=name, advice="请拆分后再导入。")
        return result.read_bytes()


def _run(command: list[str], work: Path, name: str, limits: Limits) -> None:
    """Run the conversion; on timeout its whole process group ends, for soffice starts children."""
    environment = {
        key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
    }
    environment |= {"HOME": str(work), "TMPDIR": str(work), "SAL_USE_VCLPLUGIN": "svp"}
    try:
        process = subprocess.Popen(
            command,
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnsupportedFormat(
            f"LibreOffice 无法启动（{error.strerror}）。",
            where=name,
            advice="请检查安装，或另存为 .docx 后再导入。",
        ) from None
    try:
        process.wait(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        raise UnreadableFile(
            f"LibreOffice 在 {limits.seconds} 秒内没有打开这个文件。",
            where=name,
            advice="请用办公软件另存为 .docx 或 .xlsx 后再导入。",
        ) from None
    finally:
        if process.poll() is None:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.wait()


def _unreadable(name: str) -> UnreadableFile:
    return UnreadableFile(
        "LibreOffice 打不开这个文件，文件可能已损坏或加密。",
        where=name,
        advice="请用办公软件打开后另存为 .docx 或 .xlsx 再导入。",
    )
