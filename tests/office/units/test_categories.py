"""The words of the lists: shipped as data, the office's to change."""

from __future__ import annotations

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.units import categories, words
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Category, Unit
from plumbline.office.units.queries.completeness import rules
from plumbline.office.units.services.categories import (
    add_category,
    rename_category,
    restore_category,
    retire_category,
    shift_category,
)

pytestmark = pytest.mark.django_db


def titles(group="type"):
    return [title for _key, title in categories.choices(group)]


def test_every_shipped_row_is_there_with_its_source():
    for row in categories.shipped():
        assert row["source"]
        assert row["confidence"] in {"high", "medium", "low"}
        assert Category.objects.get(group=row["group"], key=row["key"]).title == row["title"]
    assert {kind.value for kind in Unit.Kind} <= {
        r["key"] for r in categories.shipped() if r["group"] == "type"
    }


def test_the_translator_is_shown_every_shipped_word():
    assert {row["title"] for row in categories.shipped()} == set(words.CATEGORIES)
    assert {text for rule in rules() for text in (rule.title, rule.mend)} == set(words.RULES)


def test_a_renamed_type_is_called_so_everywhere_and_the_loader_keeps_it(cast, signed_in):
    school = Category.objects.get(group="type", key="school")
    rename_category(school, title="中小学校", actor=cast.staff)
    assert cast.school.get_kind_display() == "中小学校"
    from django.apps import apps

    categories.load_shipped(apps=apps, using="default")
    assert cast.school.get_kind_display() == "中小学校"
    assert "中小学校" in signed_in(cast.staff).get(reverse("units:list")).content.decode()
    assert Record.objects.get(action="categories.rename").detail["title"] == {
        "old": "学校",
        "new": "中小学校",
    }


def test_emptied_tables_get_the_shipped_words_again():
    Category.objects.all().delete()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert Category.objects.count() == len(categories.shipped())


def test_a_word_that_the_tables_lost_comes_back(cast):
    Category.objects.filter(key="school").delete()
    assert cast.school.get_kind_display() == "学校"
    from django.apps import apps

    categories.load_shipped(apps=apps, using="default")
    assert Category.objects.filter(key="school").exists()


def test_a_retired_word_is_offered_to_nobody_but_who_bears_it(cast, signed_in):
    retire_category(Category.objects.get(group="type", key="school"), actor=cast.staff)
    client = signed_in(cast.staff)
    offered = client.get(reverse("units:create")).context["form"].fields["kind"].choices
    assert "school" not in dict(offered)
    own = client.get(reverse("units:edit", args=[cast.school.pk])).context["form"].fields["kind"].choices
    assert "school" in dict(own)
    restore_category(Category.objects.get(group="type", key="school"), actor=cast.staff)
    assert "学校" in titles()


def test_an_own_word_is_added_and_moved(cast):
    added = add_category(group="type", title=" 功能区  管委会 ", actor=cast.staff)
    assert titles()[-1] == "功能区 管委会"
    shift_category(added, by=-1, actor=cast.staff)
    assert titles()[-2] == "功能区 管委会"
    shift_category(added, by=1, actor=cast.staff)
    shift_category(added, by=1, actor=cast.staff)  # at the end already
    assert titles()[-1] == "功能区 管委会"
    assert categories.titled("type", added.key) == "功能区 管委会"


@pytest.mark.parametrize("title", ["学校", " 学校 ", "", "长" * 41])
def test_a_title_twice_or_none_is_refused(cast, title):
    with pytest.raises(RegisterError) as caught:
        add_category(group="type", title=title, actor=cast.staff)
    assert caught.value.advice


def test_the_last_word_of_a_list_stays(cast):
    rows = list(Category.objects.filter(group="system"))
    for row in rows[1:]:
        retire_category(row, actor=cast.staff)
    with pytest.raises(RegisterError, match="最后一个"):
        retire_category(rows[0], actor=cast.staff)


def test_the_page_does_all_of_it(cast, signed_in):
    client = signed_in(cast.staff)
    page = client.get(reverse("units:categories"), {"group": "sector"}).content.decode()
    assert "卫生健康" in page
    answer = client.post(reverse("units:category_add"), {"group": "sector", "title": "烟草"})
    assert answer["Location"].endswith("?group=sector")
    row = Category.objects.get(title="烟草")
    client.post(reverse("units:category_rename", args=[row.pk]), {"title": "烟草专卖"})
    client.post(reverse("units:category_shift", args=[row.pk]), {"by": "-1"})
    client.post(reverse("units:category_retire", args=[row.pk]))
    row.refresh_from_db()
    assert (row.title, row.state) == ("烟草专卖", "retired")
    client.post(reverse("units:category_restore", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "active"
    assert signed_in(cast.liaison).get(reverse("units:categories")).status_code == 403


def test_the_list_counts_who_bears_a_word(cast, signed_in):
    rows = signed_in(cast.staff).get(reverse("units:categories")).context["rows"]
    assert {row.category.key: row.used for row in rows}["school"] == 1
