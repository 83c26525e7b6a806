"""How long tests wait for an event that must come: reached only where it never comes, however busy the machine."""

PATIENCE = 180  # seconds
