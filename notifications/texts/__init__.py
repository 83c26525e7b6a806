"""The words of mails as data: the house's own, the placeholders that may stand in them, and how they are filled."""
