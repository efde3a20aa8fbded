"""From FITS files to associations: what is given, by which rules, under which names."""
