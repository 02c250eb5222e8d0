"""Read models built from events only: one SQLite file that may be deleted and rebuilt."""

from bellwether.views.store import ViewsDamaged
from bellwether.views.views import Views

__all__ = ["Views", "ViewsDamaged"]
