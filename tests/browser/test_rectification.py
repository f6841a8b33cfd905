"""One finding from its entry to its end, by the people who do it, on the machines that they have."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from plumbline.kernel.plans.readers.office import office_program
from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.services import letters
from tests.office.findings.notice_factories import make_finding, make_notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: bytes, above which a photo of this size was surely not shrunk
SHRUNK = 1_500_000


def photo() -> bytes:
    """A large noisy photo with the coordinates of where it was taken, as telephones send them."""
    from random import Random

    noise = Image.frombytes("RGB", (600, 800), Random(7).randbytes(600 * 800 * 3)).resize((3000, 4000))
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (29.0, 1.0, 2.0)}
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def test_a_finding_is_raised_notified_answered_on_a_telephone_and_closed(
    cast: Any,
    open_page: Callable[..., Any],
    look: Callable[[Any], None],
    screenshot: Callable[[Any, str], Any],
) -> None:
    letters.change_letterhead(
        issuer="示例县委网络安全和信息化委员会办公室",
        contact="联系人：李强，电话：0000-1234567",
        actor=cast.staff,
    )
    staff = open_page(reverse("findings:new"), user=cast.staff)
    staff.get_by_label("单位", exact=True).select_option(str(cast.school.pk))
    staff.wait_for_load_state("networkidle")
    staff.locator("[name=severity]").select_option("high")
    staff.locator("[name=title]").fill("教务系统管理后台可从互联网直接访问")
    staff.locator("[name=place]").fill("https://jw.example.cn/admin")
    staff.locator("[name=advice]").fill("仅允许从校内网络访问管理后台，并启用双因素认证。")
    staff.locator("main form button.btn-primary").click()
    staff.wait_for_url("**/findings/*/")
    finding = Finding.objects.get()
    if finding.state == Finding.State.NEW:
        staff.goto(staff.url + "confirm/")
        staff.locator("main form button.btn-primary").click()
        staff.wait_for_url(f"**/findings/{finding.pk}/")

    home = staff.url.split("/findings")[0]
    staff.goto(f"{home}{reverse('findings:notice_new')}?findings={finding.pk}")
    assert staff.locator("input[type=checkbox][name=findings]").is_checked()
    look(staff)
    screenshot(staff, "notice-new")
    staff.get_by_role("button", name="按单位起草").click()
    staff.get_by_text("已为县一中起草通知书").wait_for()
    staff.get_by_role("link", name="修改", exact=True).click()
    staff.locator("[name=due_on]").fill("2027-10-03")
    staff.get_by_text("该年度放假安排尚未公布").wait_for()
    staff.locator("[name=due_on]").fill(str(timezone.localdate() + timedelta(days=14)))
    look(staff)
    screenshot(staff, "notice-edit")
    staff.get_by_role("button", name="保存").click()
    staff.get_by_role("button", name="送审").click()
    staff.get_by_text("已送审").wait_for()
    notice = Notice.objects.get()
    path = reverse("findings:notice", args=[notice.pk])

    leader = open_page(reverse("findings:my"), user=cast.leader)
    leader.get_by_text("审批通知书").click()
    leader.get_by_role("button", name="批准", exact=True).first.click()
    leader.locator("dialog#approve button[type=submit]").click()
    leader.get_by_text("文号已生成").wait_for()
    number = f"网信整改〔{timezone.localdate().year}〕1号"
    assert number in leader.locator("h1").inner_text()
    look(leader)
    screenshot(leader, "notice-approved")

    staff.goto(home + path)
    staff.get_by_role("link", name="登记用印").click()
    staff.get_by_label("用印人").fill("李强")
    screenshot(staff, "notice-seal")
    staff.get_by_role("button", name="登记用印").click()
    staff.get_by_role("link", name="送达").click()
    staff.get_by_role("button", name="送达").click()
    staff.get_by_text("转为“整改中”").wait_for()
    screenshot(staff, "notice-sent")

    phone = open_page("/", user=cast.liaison, size="390")
    assert phone.locator("h1").inner_text() == "我的任务"
    screenshot(phone, "my-tasks")
    look(phone)
    phone.get_by_text("签收通知书").click()
    screenshot(phone, "my-notice")
    phone.get_by_role("button", name="签收").click()
    phone.get_by_text("已签收。").wait_for()
    phone.locator(".my-task", has_text="教务系统管理后台").click()
    answer_on_telephone(phone, screenshot)
    finding.refresh_from_db()
    assert finding.state == Finding.State.REPLIED
    kept = finding.files.get(role="reply").file
    assert kept.name == "机房.jpg" and kept.size < SHRUNK

    staff.goto(f"{home}{reverse('findings:finding', args=[finding.pk])}")
    staff.get_by_role("link", name="复查通过").click()
    staff.locator("[name=note]").fill("现场复查，外网已无法访问管理后台。")
    staff.get_by_role("button", name="复查通过").click()
    staff.wait_for_url(f"**/findings/{finding.pk}/")
    finding.refresh_from_db()
    assert finding.state == Finding.State.CLOSED
    phone.reload()
    assert phone.get_by_text("不需要再做什么").is_visible()


def answer_on_telephone(phone: Any, screenshot: Callable[[Any, str], Any]) -> None:
    """Type, lose the page, come back, take a photo, send."""
    note = phone.locator("[name=note]")
    note.fill("已在防火墙限制访问来源，")
    phone.reload()
    assert note.input_value() == "已在防火墙限制访问来源，"
    assert phone.get_by_text("已恢复上次没有报送的文字").is_visible()
    small = phone.evaluate(
        "() => [...document.querySelectorAll('.my .btn, .my input:not([type=hidden]):not([type=file])')]"
        ".filter((one) => one.offsetHeight && one.offsetHeight < 44).map((one) => one.outerHTML)"
    )
    assert small == []
    phone.get_by_role("button", name="报送").click()
    phone.locator("[data-sending-problem]", has_text="没有附整改佐证").wait_for()
    note.fill("已在防火墙限制访问来源，并启用双因素认证。")
    for at in (0, 1):
        phone.locator("[data-photo]").nth(at).set_input_files(
            {"name": "机房.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        )
        phone.locator("[data-photos] img").nth(at).wait_for()
    screenshot(phone, "my-answer")
    phone.locator("[data-photos] button").nth(1).click()
    assert phone.locator("[data-photos] img").count() == 1
    phone.get_by_role("button", name="报送").click()
    phone.get_by_text("等待网信办复查。复查前可以撤回").wait_for()
    screenshot(phone, "my-answered")
    assert phone.evaluate("() => Object.keys(localStorage).filter((key) => key.includes('reply'))") == []


def test_a_notice_becomes_a_pdf_in_the_background(
    cast: Any, open_page: Callable[..., Any], work_off: Callable[[], None]
) -> None:
    if office_program() is None:
        pytest.skip("no LibreOffice on this machine")
    notice = make_notice(cast, upto="approve", now=timezone.now() - timedelta(minutes=30))
    page = open_page(reverse("findings:notice", args=[notice.pk]), user=cast.staff)
    page.get_by_role("button", name="生成 PDF").click()
    page.get_by_text("等待后台生成 PDF").wait_for()
    work_off()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_the_pages_of_notices_fit_every_screen(
    cast: Any,
    open_page: Callable[..., Any],
    look: Callable[[Any], None],
    screenshot: Callable[[Any, str], Any],
) -> None:
    now = timezone.now() - timedelta(minutes=30)
    for step in ("draft", "submit", "approve", "seal", "send", "receive"):
        make_notice(cast, upto=step, now=now)
    make_finding(cast, now=now)
    sent = Notice.objects.get(state=Notice.State.SENT)
    for name, key in (("my", None), ("my_notice", sent.pk), ("my_finding", sent.items.get().finding_id)):
        unit = open_page(
            reverse(f"findings:{name}", args=[key] if key else []), user=cast.liaison, size="390"
        )
        look(unit)
    page = open_page(reverse("findings:notices"), user=cast.staff)
    for name in ("notices", "notice_new", "documents", "letterhead", "my", "my_notices"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + reverse(f"findings:{name}"))
        look(page)
        screenshot(page, f"{name}-1440")
        page.set_viewport_size({"width": 390, "height": 844})
        screenshot(page, f"{name}-390")
        page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/".join(page.url.split("/")[:3]) + reverse("findings:series", args=["rectify"]))
    page.locator("[name=pattern]").fill("示网信整改〔{year}〕{number:03}号")
    page.get_by_text("〕005号").wait_for()
    look(page)
