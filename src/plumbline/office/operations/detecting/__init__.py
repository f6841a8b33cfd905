"""Running rules over files of events: work split over processes, results in order."""
