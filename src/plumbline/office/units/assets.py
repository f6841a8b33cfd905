"""How an asset is written: one form for each thing, whoever types it, so that a thing is found again.

`normalise` gives the text that is kept, and for addresses the first and the last one as 32 hexadecimal
digits (IPv4 mapped into IPv6, RFC 4291 2.5.5.2), which sort as text the way the addresses do.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.errors import PlumblineError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: IPv4 addresses begin here among the IPv6 ones (::ffff:0:0/96)
MAPPED = 0xFFFF << 32
LONGEST = 255
#: No unit of a county holds a wider range; one that is typed is a slip of the pen.
WIDEST = {4: 8, 6: 29}
_DASHES = str.maketrans(dict.fromkeys("－–—―~～至到", "-"))
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_PORTS = {"http": 80, "https": 443}


class AssetError(PlumblineError):
    """What was typed names no asset of that kind; the advice shows how it is written."""


#: how each kind is written, for advice and for the form
EXAMPLES = {
    "ip": gettext_lazy(
        "请写单个地址（10.8.1.20）、网段（10.8.1.0/24）或起止地址（10.8.1.20-10.8.1.60）；IPv6 同样写法。"
    ),
    "domain": gettext_lazy("请写域名，例如 www.example.gov.cn；不带 http:// 和路径。"),
    "site": gettext_lazy("请写完整网址，例如 https://www.example.gov.cn/。"),
    "device": gettext_lazy("请写能认出这台设备的编号或名称，例如 核心交换机-3F-01。"),
    "software": gettext_lazy("请写软件名称，例如 协同办公系统 V8.0。"),
}


@dataclass(frozen=True, slots=True)
class Normal:
    """An asset in its one form.

    Attributes:
        value: the text that is kept.
        low, high: first and last address, 32 hexadecimal digits; "" where it is no address.
    """

    value: str
    low: str = ""
    high: str = ""


def normalise(kind: str, text: str) -> Normal:
    """The one form of an asset.

    Args:
        kind: a value of `Asset.Kind`.
        text: as somebody typed it; full-width letters and digits are taken for the usual ones.

    Raises:
        AssetError: it is none of that kind.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if not text:
        raise AssetError(_("没有填写地址或标识。"), advice=str(EXAMPLES[kind]))
    if len(text) > LONGEST:
        raise AssetError(_("超过 %(most)d 个字。") % {"most": LONGEST}, advice=_("请缩短。"))
    readers = {"ip": _addresses, "domain": _domain, "site": _site}
    normal = readers[kind](text) if kind in readers else Normal(text)
    if len(normal.value) > LONGEST:
        raise AssetError(_("超过 %(most)d 个字。") % {"most": LONGEST}, advice=_("请缩短。"))
    return normal


def hexadecimal(number: int) -> str:
    """An address as 32 digits."""
    return f"{number:032x}"


def number_of(address: Address) -> int:
    """The address as a number among the IPv6 ones."""
    return MAPPED + int(address) if address.version == 4 else int(address)


def address_in(text: str) -> Address | None:
    """A single address; None for anything else. A mapped IPv4 address is an IPv4 address."""
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    if found.version == 6 and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


def is_private(low: str) -> bool:
    """Whether a range begins in an address space that every unit may use inside (RFC 1918, RFC 4193)."""
    number = int(low, 16)
    inside = MAPPED <= number < MAPPED + 2**32
    address: Address = ipaddress.IPv4Address(number - MAPPED) if inside else ipaddress.IPv6Address(number)
    return address.is_private


def host_of(url: str) -> str:
    """The host of a kept site; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def readable(value: str) -> str:
    """A kept domain or site the way people write it: 示例.中国 instead of xn--fsq092h.xn--fiqs8s."""
    if "xn--" not in value:
        return value
    host = host_of(value) or value
    try:
        shown = host.encode("ascii").decode("idna")
        if shown.encode("idna").decode("ascii") != host:
            return value  # what is shown must come back as the same
    except UnicodeError:
        return value
    return value.replace(host, shown, 1)


def _addresses(text: str) -> Normal:
    text = text.translate(_DASHES).replace(" ", "").replace("[", "").replace("]", "")
    if "%" in text:
        raise _not("ip", text)
    if "/" in text:
        return _range_of(_network(text))
    first, dash, last = text.partition("-")
    low = address_in(first)
    if low is None:
        raise _not("ip", text)
    if not dash:
        _usable(low)
        return _range(low, low)
    if last.isdecimal() and low.version == 4 and len(last) <= 3:
        last = f"{first.rpartition('.')[0]}.{int(last)}"
    high = address_in(last)
    if high is None or high.version != low.version:
        raise _not("ip", text)
    if int(high) < int(low):
        raise AssetError(
            _("起止地址“%(text)s”的结束地址小于起始地址。") % {"text": text},
            advice=_("请写成 %(right)s。") % {"right": f"{high}-{low}"},
        )
    _usable(low)
    _usable(high)
    return _range(low, high)


def _network(text: str) -> Network:
    """A network whose address is its first one."""
    try:
        loose = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise _not("ip", text) from None
    if loose.version == 6 and loose.network_address.ipv4_mapped and loose.prefixlen >= 96:
        return ipaddress.ip_network((loose.network_address.ipv4_mapped, loose.prefixlen - 96))
    written = address_in(text.partition("/")[0])
    if written is not None and written != loose.network_address:
        raise AssetError(
            _("“%(text)s”不是网段的起始地址。") % {"text": text},
            advice=_("整个网段请写 %(network)s；只有这一个地址请写 %(address)s。")
            % {"network": loose, "address": written},
        )
    return loose


def _range_of(network: Network) -> Normal:
    _usable(network.network_address)
    return _range(network.network_address, network.broadcast_address)


def _range(low: Address, high: Address) -> Normal:
    """A range that is a network is written as one, so that both ways of writing are the same thing."""
    networks = [
        network for network, _end in zip(ipaddress.summarize_address_range(low, high), "ab", strict=False)
    ]
    narrow = ipaddress.ip_network((low, WIDEST[low.version]), strict=False)
    if int(high) - int(low) >= narrow.num_addresses:
        raise AssetError(
            _("地址段太大（%(low)s 至 %(high)s）。") % {"low": low, "high": high},
            advice=_("请核对掩码，或分成几段登记；一段最大为 /%(widest)d。")
            % {"widest": WIDEST[low.version]},
        )
    if low == high:
        value = str(low)
    elif len(networks) == 1:
        value = str(networks[0])
    else:
        value = f"{low}-{high}"
    return Normal(value, hexadecimal(number_of(low)), hexadecimal(number_of(high)))


def _usable(address: Address) -> None:
    if address.is_loopback or address.is_multicast or address.is_unspecified:
        raise AssetError(
            _("“%(address)s”是回环、组播或空地址，不属于任何单位。") % {"address": address},
            advice=_("请写单位实际使用的地址。"),
        )


def _domain(text: str) -> Normal:
    bare = text.strip().rstrip(".").lower()
    if "://" in bare or "/" in bare:
        host = host_of(bare if "://" in bare else f"//{bare}")
        raise AssetError(
            _("“%(text)s”是网址，不是域名。") % {"text": text},
            advice=_("域名只写 %(host)s；整个网站请选“网站”。") % {"host": host}
            if host
            else str(EXAMPLES["domain"]),
        )
    if address_in(bare) is not None:
        raise AssetError(
            _("“%(text)s”是 IP 地址，不是域名。") % {"text": text}, advice=_("请把类型选为“IP 地址（段）”。")
        )
    # a wildcard is how certificates write it; a domain stands for all below it anyway
    return Normal(_ascii(bare.removeprefix("*."), kind="domain", typed=text))


def _ascii(host: str, *, kind: str, typed: str) -> str:
    """A name as the domain name system has it (IDNA), lower case."""
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _not(kind, typed) from None
    labels = name.split(".")
    if (
        len(labels) < 2
        or len(name) > 253
        or not all(_LABEL.fullmatch(label) for label in labels)
        or labels[-1].isdecimal()
    ):
        raise _not(kind, typed)
    return name


def _site(text: str) -> Normal:
    if " " in text:
        raise _not("site", text)
    written = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(written)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _not("site", text) from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        raise _not("site", text)
    if parts.username is not None:
        raise AssetError(
            _("网址里带有用户名或密码。"), advice=_("请去掉“@”及其前面的部分，网址中不要写口令。")
        )
    address = address_in(host)
    if address is not None:
        _usable(address)
        place = f"[{address}]" if address.version == 6 else str(address)
    else:
        place = _ascii(host.rstrip("."), kind="site", typed=text)
    if port and port != _PORTS[scheme]:
        place = f"{place}:{port}"
    return Normal(urlunsplit(SplitResult(scheme, place, parts.path or "/", parts.query, "")))


def _not(kind: str, text: str) -> AssetError:
    said = {
        "ip": _("“%(text)s”不是 IP 地址或网段。"),
        "domain": _("“%(text)s”不是域名。"),
        "site": _("“%(text)s”不是网址。"),
    }
    return AssetError(said[kind] % {"text": text[:80]}, advice=str(EXAMPLES[kind]))
