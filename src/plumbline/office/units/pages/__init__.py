"""Pages in the navigation, tabs of a unit, and what the room adds to the agenda and the chores."""
