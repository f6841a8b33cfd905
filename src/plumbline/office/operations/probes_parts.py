"""Probes of what comes with the product or the machine: page parts, fonts, translations, programs."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from plumbline.office.config import Config
from plumbline.office.lib import assets, catalogues
from plumbline.office.operations.diagnosis import Diagnosis, Mark, probe

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
POSTGRES = ("/usr/lib/postgresql", "/usr/pgsql-15", "/usr/pgsql-16", "/usr/pgsql-17")


@probe
def page_parts(_config: Config) -> Diagnosis:
    absent = [path for path in assets.missing() if path.parent == assets.VENDOR]
    if absent:
        names = "、".join(path.name for path in absent)
        return Diagnosis(
            "界面组件", Mark.FAULT, f"缺 {names}", cost="网页不能正常显示。", mend="联网运行 make setup。"
        )
    return Diagnosis("界面组件", Mark.FINE, "齐全")


@probe
def fonts(_config: Config) -> Diagnosis:
    absent = [path for path in assets.missing() if path.parent == assets.FONTS]
    if absent:
        return Diagnosis(
            "中文字体", Mark.LACK, "没有随附的字体", cost="不能输出 PDF 表格。", mend="联网运行 make setup。"
        )
    return Diagnosis("中文字体", Mark.FINE, "思源宋体、思源黑体（随附）")


@probe
def translations(_config: Config) -> Diagnosis:
    if catalogues.stale():
        return Diagnosis(
            "英文界面", Mark.LACK, "译文没有编译", cost="英文界面显示中文。", mend="运行 make setup。"
        )
    return Diagnosis("英文界面", Mark.FINE, "译文已编译")


@probe
def libreoffice(_config: Config) -> Diagnosis:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return Diagnosis(
            "LibreOffice",
            Mark.LACK,
            "没有安装",
            cost="不能读取 .doc、.wps、.xls 等旧格式；.docx .xlsx .pdf .txt 不受影响。",
            mend="apt-get install -y libreoffice-writer libreoffice-calc",
        )
    return Diagnosis("LibreOffice", Mark.FINE, program)


@probe
def digests(_config: Config) -> Diagnosis:
    if "sm3" not in hashlib.algorithms_available:
        return Diagnosis(
            "国密散列 SM3",
            Mark.FAULT,
            "本机的 Python 没有",
            cost="不能登记操作记录，也不能备份。",
            mend="请换用带 OpenSSL 1.1.1 以上的 Python。",
        )
    return Diagnosis("国密散列 SM3", Mark.FINE, "可用")


@probe
def postgresql(config: Config) -> Diagnosis:
    if config.database_url or shutil.which("postgres") or any(Path(place).is_dir() for place in POSTGRES):
        return Diagnosis("PostgreSQL", Mark.FINE, "本机有，或已在使用")
    return Diagnosis("PostgreSQL", Mark.NOTE, "没有安装", cost="日常使用不需要；开发测试会少测一种数据库。")


@probe
def chromium(_config: Config) -> Diagnosis:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        return Diagnosis("Chromium", Mark.NOTE, "没有安装", cost="日常使用不需要；开发测试会跳过网页测试。")
    return Diagnosis("Chromium", Mark.FINE, program)
