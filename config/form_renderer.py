"""How every form of the site is drawn."""

from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting


class UncutField(BoundField):
    """A field whose input takes all that is typed or pasted; what is too long is refused in words, with its number.

    A browser cuts what is pasted at ``maxlength`` without a word, and half a link or a sentence is stored as whole.
    """

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> Any:
        """Return the attributes of the input, without the one that cuts."""
        built = super().build_widget_attrs(attrs, widget)
        return {**built, "maxlength": False} if "maxlength" in (widget or self.field.widget).attrs else built


class Renderer(TemplatesSetting):
    """Forms drawn by the site's own templates, the admin's too."""

    bound_field_class = UncutField
