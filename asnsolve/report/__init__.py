"""Reports: text and pages for people, and the same as data for programs."""
