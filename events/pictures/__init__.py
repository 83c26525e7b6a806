"""Pictures drawn in the site's own colours: the icon, and what goes with a link. The same words, the same bytes."""

from events.pictures.cards import CardWords, site_card, week_card
from events.pictures.icons import favicon, touch_icon

__all__ = ["CardWords", "favicon", "site_card", "touch_icon", "week_card"]
