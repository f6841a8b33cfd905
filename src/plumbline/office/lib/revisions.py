"""Two people save the same thing: the second is told what the first changed, and keeps what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError


class Outdated(PlumblineError):
    """Somebody else saved since the form was opened; nothing was saved now."""

    def __init__(self, *, where: str) -> None:
        super().__init__(
            _("您打开此页后，“%(where)s”已被他人修改，您填写的内容尚未保存。") % {"where": where},
            where=where,
            advice=_("请对照下列改动，确认后再次保存。"),
        )


def demand_current(saved: Any, *, revision: int | None) -> None:
    """Refuse to overwrite what the person has not seen.

    Args:
        saved: as it is now, locked, with its `revision`.
        revision: the one that the form was opened on; None where there was no form.

    Raises:
        Outdated: it was changed since.
    """
    if revision is not None and saved.revision != revision:
        raise Outdated(where=str(saved))


class RevisedForm(forms.ModelForm):
    """A form that carries the revision it was opened on; for new things it carries none."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.instance.revision
        if self.instance.pk is None:
            del self.fields["revision"]

    @property
    def opened_on(self) -> int | None:
        """The revision that was looked at; 0, which no saved thing has, where a form does not say."""
        return self.cleaned_data["revision"] or 0 if "revision" in self.fields else None

    def beside(self, fresh: RevisedForm, problem: Outdated) -> None:
        """Keep what was typed, name what stands in its place now, and carry on from the new revision.

        Args:
            fresh: the same form, opened just now.
        """
        self.add_error(None, problem.what + problem.advice)
        for name, field in self.fields.items():
            now = fresh.get_initial_for_field(fresh.fields[name], name)
            if name != "revision" and not field.disabled and field.has_changed(now, self[name].data):
                self.add_error(name, _("现在保存的是“%(now)s”。") % {"now": _words(fresh.fields[name], now)})
        self.data = self.data.copy()
        self.data[self.add_prefix("revision")] = str(fresh.instance.revision)


def _words(field: forms.Field, value: Any) -> str:
    """A value as the page shows it."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        rows = field.queryset.filter(pk__in=value or [])
        text = "、".join(field.label_from_instance(row) for row in rows)
    elif isinstance(field, forms.ModelChoiceField):
        row = field.queryset.filter(pk=value).first()
        text = field.label_from_instance(row) if row else ""
    elif isinstance(field, forms.ChoiceField):
        text = str(dict(field.choices).get(value, value or ""))
    else:
        text = str(value or "")
    return text or _("空")
