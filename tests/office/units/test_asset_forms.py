"""How assets are written, and found again."""

from __future__ import annotations

import ipaddress
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.office.units.assets import (
    MAPPED,
    AssetError,
    hexadecimal,
    is_private,
    normalise,
    readable,
)
from plumbline.office.units.matching import AssetIndex
from plumbline.office.units.models import Asset


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("ip", "10.8.1.20", "10.8.1.20"),
        ("ip", " １０．８．１．２０ ", "10.8.1.20"),
        ("ip", "10.8.1.20/32", "10.8.1.20"),
        ("ip", "10.8.1.0/24", "10.8.1.0/24"),
        ("ip", "10.8.1.0/255.255.255.0", "10.8.1.0/24"),
        ("ip", "10.8.1.0 - 10.8.1.255", "10.8.1.0/24"),
        ("ip", "10.8.1.20-60", "10.8.1.20-10.8.1.60"),
        ("ip", "10.8.1.20至10.8.1.60", "10.8.1.20-10.8.1.60"),
        ("ip", "240E:0688::1", "240e:688::1"),
        ("ip", "[240e:688::]/64", "240e:688::/64"),
        ("ip", "::ffff:10.8.1.20", "10.8.1.20"),
        ("ip", "::ffff:10.8.1.0/120", "10.8.1.0/24"),
        ("domain", "WWW.Example.GOV.cn.", "www.example.gov.cn"),
        ("domain", "*.example.gov.cn", "example.gov.cn"),
        ("domain", "示例.中国", "xn--fsq092h.xn--fiqs8s"),
        ("site", "HTTPS://WWW.Example.gov.cn:443", "https://www.example.gov.cn/"),
        ("site", "www.example.gov.cn:8080/a?b=1#c", "http://www.example.gov.cn:8080/a?b=1"),
        ("site", "http://[240e:688::1]/x", "http://[240e:688::1]/x"),
        ("device", "  核心 交换机\t01 ", "核心 交换机 01"),
    ],
)
def test_one_thing_has_one_form(kind, typed, kept):
    assert normalise(kind, typed).value == kept
    assert normalise(kind, kept).value == kept


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        ("ip", "", "10.8.1.20"),
        ("ip", "10.8.1.300", "不是 IP 地址或网段"),
        ("ip", "10.8.1.5/24", "整个网段请写 10.8.1.0/24；只有这一个地址请写 10.8.1.5"),
        ("ip", "10.8.1.60-10.8.1.20", "请写成 10.8.1.20-10.8.1.60"),
        ("ip", "10.8.1.1-240e::1", "不是 IP"),
        ("ip", "0.0.0.0/0", "空地址"),
        ("ip", "8.0.0.0-11.255.255.255", "地址段太大"),
        ("ip", "127.0.0.1", "回环"),
        ("ip", "fe80::1%eth0", "不是 IP"),
        ("ip", "www.example.gov.cn", "不是 IP"),
        ("domain", "https://www.example.gov.cn/a", "域名只写 www.example.gov.cn"),
        ("domain", "10.8.1.20", "把类型选为"),
        ("domain", "localhost", "不是域名"),
        ("domain", "-a.gov.cn", "不是域名"),
        ("domain", "a..cn", "不是域名"),
        ("site", "ftp://a.gov.cn/", "不是网址"),
        ("site", "https://admin:secret@a.gov.cn/", "不要写口令"),
        ("site", "http://a.gov.cn:99999/", "不是网址"),
        ("software", "x" * 256, "超过 255 个字"),
    ],
)
def test_what_is_wrong_says_what_to_write(kind, typed, says):
    with pytest.raises(AssetError) as caught:
        normalise(kind, typed)
    assert says in caught.value.sentence
    assert caught.value.advice


def test_addresses_sort_as_text():
    assert normalise("ip", "10.0.0.9").low < normalise("ip", "10.0.0.10").low
    assert normalise("ip", "10.8.1.0/24").high == hexadecimal(
        MAPPED + int(ipaddress.ip_address("10.8.1.255"))
    )
    assert is_private(normalise("ip", "192.168.1.1").low)
    assert not is_private(normalise("ip", "222.240.1.1").low)


def test_names_are_shown_as_people_write_them():
    assert readable("xn--fsq092h.xn--fiqs8s") == "示例.中国"
    assert readable("https://xn--fsq092h.xn--fiqs8s/a") == "https://示例.中国/a"


def asset(pk: int, kind: str, text: str, **values: object) -> Asset:
    normal = normalise(kind, text)
    return Asset(pk=pk, kind=kind, value=normal.value, low=normal.low, high=normal.high, **values)


def test_the_narrowest_range_wins_and_retired_ones_never():
    wide, narrow = asset(1, "ip", "10.0.0.0/8"), asset(2, "ip", "10.8.1.0/24")
    gone = asset(3, "ip", "10.8.1.20", state=Asset.State.RETIRED)
    index = AssetIndex([wide, narrow, gone])
    assert index.match("10.8.1.20") is narrow
    assert index.match("10.8.2.1") is wide
    assert index.match("::ffff:10.8.1.1") is narrow
    assert index.match("10.8.1.20:443") is narrow
    assert index.match("11.0.0.0") is None
    assert index.match("9.255.255.255") is None


def test_names_match_exactly_then_by_site_then_by_parent():
    parent, exact = asset(1, "domain", "example.gov.cn"), asset(2, "domain", "oa.example.gov.cn")
    site, inner = asset(3, "site", "https://www.example.gov.cn/"), asset(4, "site", "http://10.9.9.9:8080/")
    index = AssetIndex([parent, exact, site, inner])
    assert index.match("OA.example.gov.cn.") is exact
    assert index.match("https://www.example.gov.cn:8443/x") is site
    assert index.match("mail.example.gov.cn") is parent
    assert index.match("a.oa.example.gov.cn") is exact
    assert index.match("10.9.9.9") is inner
    assert index.match("example.com") is None
    assert index.match("") is None
    assert index.match("http://[bad") is None


def ranges() -> st.SearchStrategy[list[tuple[int, int]]]:
    ends = st.tuples(st.integers(1, 400), st.integers(1, 400))
    return st.lists(ends.map(lambda pair: (min(pair), max(pair))), min_size=1, max_size=25)


@settings(max_examples=200, deadline=None)
@given(ranges(), st.lists(st.integers(0, 402), max_size=20))
def test_an_address_always_matches_the_most_specific_registered_range(spans, asked):
    base = int(ipaddress.ip_address("10.0.0.0"))
    assets = []
    for number, (low, high) in enumerate(spans, start=1):
        first, last = ipaddress.ip_address(base + low), ipaddress.ip_address(base + high)
        assets.append(asset(number, "ip", f"{first}-{last}"))
    index = AssetIndex(assets)
    for number in asked:
        holding = [
            (high - low, place) for place, (low, high) in enumerate(spans, start=1) if low <= number <= high
        ]
        found = index.match(str(ipaddress.ip_address(base + number)))
        assert (found.pk if found else None) == (min(holding)[1] if holding else None)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), st.integers(8, 128))
def test_an_address_is_in_the_range_that_was_made_of_it(address, length):
    network = ipaddress.ip_network(
        (address, min(max(length, 29 if address.version == 6 else 8), address.max_prefixlen)), strict=False
    )
    try:
        normal = normalise("ip", str(network))
    except AssetError:
        return  # loopback, multicast and the like belong to nobody
    assert normal.low <= normal.high
    assert normalise("ip", normal.value) == normal
    if address.version == 4 or address.ipv4_mapped is None:
        entry = Asset(pk=1, kind="ip", value=normal.value, low=normal.low, high=normal.high)
        assert AssetIndex([entry]).match(str(address)) is entry


ODD = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.:/-[]%@?#xn*abc 。至", max_size=40),
    st.sampled_from(("http://", "//", "xn--", "[", "*.")).flatmap(
        lambda head: st.text(max_size=20).map(lambda tail: head + tail)
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(("ip", "domain", "site", "device", "software")), ODD)
def test_whatever_is_typed_is_kept_in_one_form_or_refused_with_advice(kind, text):
    try:
        normal = normalise(kind, text)
    except AssetError as error:
        assert error.what
        assert error.advice
        return
    assert normalise(kind, normal.value) == normal
    entry = Asset(pk=1, kind=kind, value=normal.value, low=normal.low, high=normal.high)
    assert normalise(kind, entry.shown_value) == normal
    index = AssetIndex([entry])
    if kind in ("domain", "site"):
        assert index.match(normal.value) is entry


@settings(max_examples=300, deadline=None)
@given(ODD)
def test_whatever_a_scan_says_the_look_up_answers(text):
    index = AssetIndex([asset(1, "ip", "10.0.0.0/8"), asset(2, "domain", "a.cn")])
    assert index.match(text) is None or index.match(text).pk in (1, 2)


def test_ten_thousand_look_ups_among_ten_thousand_assets_take_less_than_a_second():
    assets = [asset(n, "ip", f"10.{n % 200}.{n // 200}.0/24") for n in range(1, 8001)]
    assets += [asset(8000 + n, "domain", f"u{n}.example.gov.cn") for n in range(1, 2001)]
    began = time.process_time()
    index = AssetIndex(assets)
    for n in range(5000):
        index.match(f"10.{n % 256}.{n % 41}.7")
        index.match(f"www.u{n}.example.gov.cn")
    assert time.process_time() - began < 1
