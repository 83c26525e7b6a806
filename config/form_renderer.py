"""How every form of the site is drawn."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting

# What validators say of any text or number, without a word of which.
OF_ANY_FIELD: Final = frozenset({"max_length", "min_length", "max_value", "min_value", "control", "invisible"})


class UncutField(BoundField):
    """A field whose input takes all that is typed or pasted; what is too long is refused in words, with its number.

    A browser cuts what is pasted at ``maxlength`` without a word, and half a link or a sentence is stored as whole.
    """

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> Any:
        """Return the attributes of the input, without the one that cuts."""
        built = super().build_widget_attrs(attrs, widget)
        return {**built, "maxlength": False} if "maxlength" in (widget or self.field.widget).attrs else built

    @property
    def summed_up(self) -> list[str]:
        """Return what is wrong for the summary above the form, where a sentence has to say of which field it is."""
        errors = self.form.errors.as_data().get(self.name, ())
        return [
            f"{self.label}: {sentence}" if self.label and self._is_of_any_field(error) else sentence
            for error in errors
            for sentence in error.messages
        ]

    def _is_of_any_field(self, error: ValidationError) -> bool:
        """Say whether an error has words that Django or a validator has for every field."""
        own = self.field.error_messages.get(error.code or "")
        if own is None:
            return error.code in OF_ANY_FIELD
        defaults = [
            kind.default_error_messages.get(error.code)
            for kind in type(self.field).__mro__
            if kind.__module__.startswith("django.") and hasattr(kind, "default_error_messages")
        ]
        return own in defaults and error.message == own


class Renderer(TemplatesSetting):
    """Forms drawn by the site's own templates, the admin's too."""

    bound_field_class = UncutField
