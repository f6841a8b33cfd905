"""The tabs of a unit that show the organisation itself."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.units import tabs

tabs.add(tabs.Tab("overview", _("概况"), "units:unit", order=10))
tabs.add(tabs.Tab("contacts", _("责任人员"), "units:contacts", order=20))
tabs.add(tabs.Tab("history", _("沿革"), "units:history", order=90))
