"""What the room does by itself as time passes; each module registers its own."""
