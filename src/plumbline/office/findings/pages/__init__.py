"""Pages in the navigation, and what the room adds to the agenda and the chores."""
