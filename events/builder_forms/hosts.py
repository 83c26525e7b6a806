"""The partnerships that host something, asked in a form that two leads do not fit into."""

from typing import Any

from django import forms

from events.form_fields import TickBoxes
from people.models import Partnership


class HostsForm(forms.Form):
    """One lead to choose, and further hosts to tick."""

    lead = forms.ModelChoiceField(
        Partnership.objects.all(),
        label="Lead host",
        empty_label="Choose",
        error_messages={"required": "Choose the partnership that leads."},
    )
    co_hosts = forms.ModelMultipleChoiceField(
        Partnership.objects.all(), label="Further hosts", required=False, widget=TickBoxes()
    )

    @property
    def hosts(self) -> list[Partnership]:
        """Return who hosts, the lead first and each once."""
        lead = self.cleaned_data["lead"]
        return [lead, *(one for one in self.cleaned_data["co_hosts"] if one != lead)]


def hosts_initial(rows: Any) -> dict[str, Any]:
    """Return the form's values for hosts that are stored."""
    found = list(rows.all())
    return {
        "lead": next((row.partnership_id for row in found if row.is_lead), None),
        "co_hosts": [row.partnership_id for row in found if not row.is_lead],
    }
